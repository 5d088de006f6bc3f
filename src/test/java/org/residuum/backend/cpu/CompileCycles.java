package org.residuum.backend.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cpu.onednn.NativeObjects;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;

/**
 * Compiles, runs and closes over and over, and prints the resident memory of the process: {@code
 * CompileCycles DEPTH inference|training CYCLES EVERY}. The first line stands after as many cycles
 * as lie between two lines.
 */
final class CompileCycles {
  private static final long PAGE_BYTES = 4096;
  private static final UpdateRule RULE = new UpdateRule.Sgd(0.9, true, 1e-4, false);

  private final Network network;
  private final Network learning;
  private final Parameters parameters;
  private final CpuBackend backend = new CpuBackend();

  CompileCycles(int depth) {
    network = ResNets.cifar(depth, Shape.of(3, 32, 32), 10, ResidualBlocks.Shortcut.ZERO_PAD);
    learning = Gradients.of(network, 0);
    parameters = new Initializer(1).initialize(network);
  }

  void inference() {
    try (Plan plan = backend.compile(network, parameters, CompileOptions.batch(1));
        Session session = plan.session()) {
      session.run();
    }
  }

  void training() {
    try (TrainingSession session = backend.train(learning, parameters, CompileOptions.batch(1))) {
      session.run();
      session.update(RULE, 0.1, 0);
    }
  }

  static long residentBytes() throws IOException {
    String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
    return PAGE_BYTES * Long.parseLong(pages[1]);
  }

  public static void main(String[] args) throws IOException {
    CompileCycles cycles = new CompileCycles(Integer.parseInt(args[0]));
    boolean training = args[1].equals("training");
    int every = Integer.parseInt(args[3]);
    for (int i = 1; i <= Integer.parseInt(args[2]); i++) {
      if (training) {
        cycles.training();
      } else {
        cycles.inference();
      }
      if (i % every == 0) {
        System.out.printf(
            Locale.ROOT,
            "%d cycles, %.1f MB resident, %d native objects%n",
            i,
            residentBytes() / 1e6,
            NativeObjects.live());
      }
    }
  }
}
