package org.residuum.backend.cuda.driver;

import java.io.PrintStream;
import java.util.Locale;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;

/** Prints what whole batches and training steps cost the host, with and without graphs. */
final class BatchTable {
  private static final String GRAPHS = "residuum.cuda.graphs";
  private static final UpdateRule RULE = new UpdateRule.Sgd(0.9, true, 5e-4, false);
  private static final int WARM_UP = 6;
  private static final int TRAINED = 128;

  private final JCudaDriver driver;
  private final PrintStream out;
  private final int rounds;

  BatchTable(JCudaDriver driver, PrintStream out, int rounds) {
    this.driver = driver;
    this.out = out;
    this.rounds = rounds;
  }

  /** A batch or a step, opened on a backend. */
  private interface Work extends AutoCloseable {
    void once();

    @Override
    void close();
  }

  /** Opens some. */
  @FunctionalInterface
  private interface Opening {
    Work open(TrainingBackend backend);
  }

  void print() {
    Network classifier = ResNets.imagenet(50);
    Parameters weights = new Initializer(1).initialize(classifier);
    Network learning = Gradients.of(ResNets.cifar(20), 0);
    Parameters fresh = new Initializer(1).initialize(learning);
    out.println("| work | graphs | calls of streams | host waits | CPU time | Java heap |");
    out.println("|---|---|---|---|---|---|");
    for (Precision precision : new Precision[] {Precision.FP32, Precision.BF16}) {
      for (int batch : new int[] {1, 32}) {
        rows(
            "ResNet-50 inference, batch " + batch,
            precision,
            backend -> inference(backend, classifier, weights, batch));
      }
      rows(
          "ResNet-20 training, batch " + TRAINED + ", run and update",
          precision,
          backend -> runAndUpdate(backend, learning, fresh));
      rows(
          "ResNet-20 training, batch " + TRAINED + ", step",
          precision,
          backend -> step(backend, learning, fresh));
    }
  }

  private static Work inference(
      TrainingBackend backend, Network network, Parameters weights, int batch) {
    Plan plan = backend.compile(network, weights, CompileOptions.batch(batch));
    return work(plan.session(), Session::run, plan);
  }

  /** On black pictures of class 0. */
  private static TrainingSession training(
      TrainingBackend backend, Network network, Parameters fresh) {
    TrainingSession session = backend.train(network, fresh, CompileOptions.batch(TRAINED));
    for (String input : new String[] {"x", Gradients.LABELS}) {
      for (int i = 0; i < session.input(input).limit(); i++) {
        session.input(input).put(i, 0f);
      }
    }
    return session;
  }

  private static Work runAndUpdate(TrainingBackend backend, Network network, Parameters fresh) {
    TrainingSession session = training(backend, network, fresh);
    return work(
        session,
        open -> {
          session.run();
          session.update(RULE, 0.1, 1);
        },
        () -> {});
  }

  private static Work step(TrainingBackend backend, Network network, Parameters fresh) {
    TrainingSession session = training(backend, network, fresh);
    Slot slot = session.slots().get(0);
    double[] norm = new double[1];
    return work(
        session, open -> norm[0] = session.step(slot, RULE, 0.1, 1).getAsDouble(), () -> {});
  }

  /** Does something with a session. */
  @FunctionalInterface
  private interface Call {
    void on(Session session);
  }

  private static Work work(Session session, Call call, AutoCloseable plan) {
    return new Work() {
      @Override
      public void once() {
        call.on(session);
      }

      @Override
      public void close() {
        session.close();
        if (plan instanceof Plan open) {
          open.close();
        }
      }
    };
  }

  private void rows(String name, Precision precision, Opening opening) {
    for (String graphs : new String[] {"off", "on"}) {
      System.setProperty(GRAPHS, graphs);
      CountedDriver counted = new CountedDriver(driver);
      long calls;
      long waits;
      try (Work work = opening.open(new CudaBackend(counted.driver(), precision))) {
        warmUp(work);
        calls = counted.calls();
        waits = counted.waits();
        work.once();
        calls = counted.calls() - calls;
        waits = counted.waits() - waits;
      }
      try (Work work = opening.open(new CudaBackend(driver, precision))) {
        warmUp(work);
        HostCost cost = HostCost.of(work::once, 10, rounds, () -> {});
        out.printf(
            Locale.ROOT,
            "| %s, %s | %s | %d | %d | %.0f µs | %.0f B |%n",
            name,
            precision,
            graphs,
            calls,
            waits,
            cost.microseconds(),
            cost.bytes());
      }
    }
    System.clearProperty(GRAPHS);
  }

  private static void warmUp(Work work) {
    for (int i = 0; i < WARM_UP; i++) {
      work.once();
    }
  }
}
