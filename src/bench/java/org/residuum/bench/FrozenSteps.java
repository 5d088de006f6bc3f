package org.residuum.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Predicate;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.network.Architectures;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.initial.Head;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;

/**
 * Processor time and memory of a training step on one thread, of the whole network and of its last
 * layer alone: the shortest of some steps, as other programs only add to it.
 */
final class FrozenSteps {
  private static final int WARM = 3;

  private FrozenSteps() {}

  /** Arguments: network, batch, steps. */
  public static void main(String[] args) {
    Network network = Architectures.build(args[0], Architectures.Request.PUBLISHED);
    Head head = Head.of(network).orElseThrow();
    double whole = measure(network, name -> false, args);
    double frozen = measure(network, name -> !head.has(name), args);
    System.out.printf("%s: %.2f x the rate%n", args[0], whole / frozen);
  }

  private static double measure(Network network, Predicate<String> frozen, String... args) {
    int batch = Integer.parseInt(args[1]);
    int steps = Integer.parseInt(args[2]);
    Parameters initial = new Initializer(0).initialize(network);
    Network learning = Gradients.of(network, 0, frozen);
    try (CpuBackend backend = new CpuBackend(1);
        TrainingSession session =
            backend.train(learning, initial, CompileOptions.batch(batch))) {
      for (int i = 0; i < session.input("x").limit(); i++) {
        session.input("x").put(i, (float) Math.sin(i));
      }
      double shortest = Double.POSITIVE_INFINITY;
      for (int i = 0; i < WARM + steps; i++) {
        double milliseconds = step(session);
        shortest = i < WARM ? shortest : Math.min(shortest, milliseconds);
      }
      System.out.printf("%.1f ms  %s%n", shortest, session.toString().lines().findFirst().get());
      return shortest;
    }
  }

  private static double step(TrainingSession session) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long before = system.getProcessCpuTime();
    session.run();
    session.update(new UpdateRule.Sgd(0.9, true, 5e-4, false), 1e-3, 0);
    return (system.getProcessCpuTime() - before) / 1e6;
  }
}
