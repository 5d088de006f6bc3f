package org.residuum.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.plan.Gradients;

/** Residuum's training step: forward, backward, SGD with Nesterov momentum and weight decay. */
final class Training implements Contestant {
  static final float LEARNING_RATE = 1e-3f;
  static final float MOMENTUM = 0.9f;
  static final float WEIGHT_DECAY = 5e-4f;

  /** Parameters whose gradients contestants must agree on, from the last layer to the first. */
  static final List<String> PROBES =
      List.of("linear.weight", "layer3.2.conv2.weight", "layer2.0.conv1.weight", "conv1.weight");

  private static final UpdateRule RULE = new UpdateRule.Sgd(MOMENTUM, true, WEIGHT_DECAY, true);

  private final TrainingSession session;

  Training(TrainingBackend backend, Workload workload) {
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
    Map<String, float[]> results = new LinkedHashMap<>();
    results.put("loss", new float[] {session.output(Gradients.LOSS).get(0)});
    PROBES.forEach(name -> results.put(name, Floats.copy(session.gradient(name))));
    return results;
  }

  @Override
  public void close() {
    session.close();
  }
}
