package org.residuum.bench;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.util.Map;
import org.residuum.plan.BatchNormFolding;

/**
 * DJL's blocks as its documentation runs them, through a {@link Predictor}. In its favour: batch
 * norms are folded, parameters frozen, and input and result stay arrays of PyTorch's, so that
 * nothing is copied between Java and PyTorch.
 */
final class DjlInference implements Contestant {
  private final NDManager manager = Torch.manager();
  private final Model model = Model.newInstance("peer", Torch.ENGINE);
  private final Predictor<NDArray, NDArray> predictor;
  private final String output;
  private final NDArray x;
  private NDArray y;

  DjlInference(Workload workload) {
    BatchNormFolding.Folded folded =
        BatchNormFolding.apply(workload.network(), workload.parameters());
    output = workload.output();
    x = Torch.array(manager, workload.input(), workload.inputExtents());
    DjlBlocks blocks = new DjlBlocks(folded.network());
    blocks.load(model.getNDManager(), folded.parameters());
    blocks.block().initialize(model.getNDManager(), x.getDataType(), x.getShape());
    blocks.block().freezeParameters(true);
    model.setBlock(blocks.block());
    predictor = model.newPredictor(new Arrays(manager));
  }

  @Override
  public String name() {
    return Row.Peer.DJL.toString();
  }

  @Override
  public void run() throws TranslateException {
    if (y != null) {
      y.close();
    }
    y = predictor.predict(x);
  }

  @Override
  public Map<String, float[]> results() {
    return Map.of(output, y.toFloatArray());
  }

  @Override
  public void close() {
    predictor.close();
    model.close();
    manager.close();
  }

  /** Lends the input to a prediction, whose arrays are freed at its end, and keeps the result. */
  private record Arrays(NDManager manager) implements Translator<NDArray, NDArray> {
    @Override
    public NDList processInput(TranslatorContext context, NDArray input) {
      input.tempAttach(context.getNDManager());
      return new NDList(input);
    }

    @Override
    public NDArray processOutput(TranslatorContext context, NDList list) {
      NDArray result = list.singletonOrThrow();
      result.attach(manager);
      return result;
    }

    @Override
    public Batchifier getBatchifier() {
      return null;
    }
  }
}
