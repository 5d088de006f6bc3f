package org.residuum.bench;

import java.util.Map;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.plan.Gradients;

/** Residuum's training step: forward, backward, SGD with Nesterov momentum and weight decay. */
final class Training implements Contestant {
  static final float LEARNING_RATE = 1e-3f;
  static final float MOMENTUM = 0.9f;
  static final float WEIGHT_DECAY = 5e-4f;

  /** The parameter whose gradient contestants must agree on: it is reached last. */
  static final String PROBE = "conv1.weight";

  private static final UpdateRule RULE = new UpdateRule.Sgd(MOMENTUM, true, WEIGHT_DECAY, true);

  private final TrainingSession session;

  Training(Backend backend, Workload workload) {
    session =
        backend.train(
            Gradients.of(workload.network(), 0f),
            workload.parameters(),
            CompileOptions.batch(workload.batch()));
    workload.fill(session.input("x"), session.layout());
    session.input(Gradients.LABELS).put(0, workload.labels());
  }

  @Override
  public String name() {
    return "Residuum";
  }

  @Override
  public void run() {
    session.run();
    session.update(RULE, LEARNING_RATE, 0);
  }

  @Override
  public Map<String, float[]> results() {
    return Map.of(
        "loss",
        new float[] {session.output(Gradients.LOSS).get(0)},
        PROBE,
        Floats.copy(session.gradient(PROBE)));
  }

  @Override
  public void close() {
    session.close();
  }
}
