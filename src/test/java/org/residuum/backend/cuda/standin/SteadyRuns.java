package org.residuum.backend.cuda.standin;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.JCudaDriver;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;

/** Runs batches and training steps, and prints the Java heap that each takes once it is warm. */
final class SteadyRuns {
  /** Printed once JCuda is loaded. */
  static final String OPENED = "opened";

  static final String DONE = "done";

  private static final Network NETWORK =
      ResNets.cifar(8, Shape.of(3, 8, 8), 4, ResidualBlocks.Shortcut.PROJECTION);
  private static final UpdateRule RULE = new UpdateRule.AdamW(0.9, 0.99, 1e-8, 0.1, true);
  private static final int BATCH = 4;
  private static final int RUNS = 50;
  private static final int ROUNDS = 8;

  private SteadyRuns() {}

  public static void main(String[] arguments) {
    CudaDriver driver = JCudaDriver.open(0);
    System.out.println(OPENED);
    for (Precision precision : Precision.values()) {
      CudaBackend backend = new CudaBackend(driver, precision);
      infer(backend);
      train(backend);
    }
    driver.close();
    System.out.println(DONE);
  }

  private static void infer(CudaBackend backend) {
    try (Plan plan =
            backend.compile(
                NETWORK, new Initializer(1).initialize(NETWORK), CompileOptions.batch(BATCH));
        Session session = plan.session()) {
      print("batch", session::run);
    }
  }

  private static void train(CudaBackend backend) {
    Network learning = Gradients.of(NETWORK, 0);
    try (TrainingSession session =
        backend.train(
            learning, new Initializer(1).initialize(learning), CompileOptions.batch(BATCH))) {
      for (Slot slot : session.slots()) {
        for (int i = 0; i < BATCH; i++) {
          slot.input(Gradients.LABELS).put(i, 0f);
        }
      }
      Slot slot = session.slots().get(1);
      double[] norm = new double[1];
      print("step", () -> norm[0] = session.step(slot, RULE, 0.1, 1).getAsDouble());
      print(
          "run and update",
          () -> {
            session.run();
            session.update(RULE, 0.1, 1);
          });
    }
  }

  /**
   * The least of several rounds: now and then the JVM itself takes something for what it compiles.
   */
  private static void print(String name, Runnable call) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < RUNS; i++) {
        call.run();
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    System.out.println(name + ": " + least + " bytes");
  }
}
