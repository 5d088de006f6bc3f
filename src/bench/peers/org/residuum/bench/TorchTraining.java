package org.residuum.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.network.ParameterSpec;

/**
 * A training step of PyTorch's operators: autograd, DJL's loss and DJL's SGD with momentum, which
 * has no Nesterov form and so does slightly less. Gradients are zeroed one by one, because {@link
 * GradientCollector#zeroGradients} registers two more arrays a parameter at every step and slows
 * down as they pile up.
 */
final class TorchTraining implements Contestant {
  private final NDManager manager = Torch.manager();
  private final TorchNetwork network;
  private final Map<String, PtNDArray> trained = new LinkedHashMap<>();
  private final PtNDArray x;
  private final PtNDArray labels;
  private final Loss criterion = Loss.softmaxCrossEntropyLoss();
  private final Optimizer optimizer = Torch.optimizer();
  private Map<String, float[]> first;

  TorchTraining(Workload workload) {
    Map<String, PtNDArray> arrays = Torch.arrays(manager, workload.parameters());
    for (ParameterSpec spec : workload.network().parameters()) {
      if (spec.role().isTrained()) {
        arrays.get(spec.name()).setRequiresGradient(true);
        trained.put(spec.name(), arrays.get(spec.name()));
      }
    }
    network = new TorchNetwork(workload.network(), arrays, true);
    x = Torch.array(manager, workload.input(), workload.inputExtents());
    labels = Torch.array(manager, workload.labels(), workload.batch());
    JniUtils.setGradMode(false);
  }

  @Override
  public String name() {
    return Row.Peer.OPERATORS.toString();
  }

  @Override
  public void run() {
    float loss = learn();
    if (first == null) {
      first = snapshot(loss);
    }
    trained.forEach(
        (name, weight) -> {
          try (NDArray gradient = weight.getGradient()) {
            optimizer.update(name, weight, gradient);
            gradient.muli(0);
          }
        });
  }

  private float learn() {
    try (NDManager step = manager.newSubManager();
        GradientCollector collector = manager.getEngine().newGradientCollector()) {
      PtNDArray logits = network.run(x);
      logits.attach(step);
      NDArray loss = criterion.evaluate(new NDList(labels), new NDList(logits));
      collector.backward(loss);
      return loss.getFloat();
    }
  }

  private Map<String, float[]> snapshot(float loss) {
    Map<String, float[]> results = new LinkedHashMap<>();
    results.put("loss", new float[] {loss});
    for (String name : Training.PROBES) {
      try (NDArray gradient = trained.get(name).getGradient()) {
        results.put(name, gradient.toFloatArray());
      }
    }
    return results;
  }

  @Override
  public Map<String, float[]> results() {
    return first;
  }

  @Override
  public void close() {
    manager.close();
  }
}
