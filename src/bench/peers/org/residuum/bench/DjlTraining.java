package org.residuum.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * DJL's training loop over its blocks, step by step as in {@link ai.djl.training.EasyTrain}, but
 * with one batch that stays. SGD has no Nesterov form and so does slightly less than ours.
 */
final class DjlTraining implements Contestant {
  private final NDManager manager = Torch.manager();
  private final Model model = Model.newInstance("peer", Torch.ENGINE);
  private final DjlBlocks blocks;
  private final Trainer trainer;
  private final NDList data;
  private final NDList labels;
  private Map<String, float[]> first;

  DjlTraining(Workload workload) {
    blocks = new DjlBlocks(workload.network());
    blocks.load(model.getNDManager(), workload.parameters());
    model.setBlock(blocks.block());
    trainer =
        model.newTrainer(
            new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optOptimizer(Torch.optimizer()));
    data = new NDList(Torch.array(manager, workload.input(), workload.inputExtents()));
    labels = new NDList(Torch.array(manager, workload.labels(), workload.batch()));
    trainer.initialize(data.getShapes());
  }

  @Override
  public String name() {
    return Row.Peer.DJL.toString();
  }

  @Override
  public void run() {
    try (NDManager step = trainer.getManager().newSubManager()) {
      step.tempAttachAll(data, labels);
      try (GradientCollector collector = trainer.newGradientCollector()) {
        NDList predictions = trainer.forward(data, labels);
        NDArray loss = trainer.getLoss().evaluate(labels, predictions);
        collector.backward(loss);
        if (first == null) {
          first = snapshot(loss.getFloat());
        }
      }
      trainer.step();
    }
  }

  private Map<String, float[]> snapshot(float loss) {
    Map<String, float[]> results = new LinkedHashMap<>();
    results.put("loss", new float[] {loss});
    for (String name : Training.PROBES) {
      try (NDArray gradient = blocks.parameters().get(name).getArray().getGradient()) {
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
    trainer.close();
    model.close();
    manager.close();
  }
}
