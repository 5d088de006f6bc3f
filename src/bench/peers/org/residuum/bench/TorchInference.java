package org.residuum.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Map;
import org.residuum.plan.BatchNormFolding;

/** PyTorch's operators, called one by one through DJL: batch norms folded, no gradients. */
final class TorchInference implements Contestant {
  private final NDManager manager = Torch.manager();
  private final String output;
  private final TorchNetwork network;
  private final PtNDArray x;
  private PtNDArray y;

  TorchInference(Workload workload) {
    BatchNormFolding.Folded folded =
        BatchNormFolding.apply(workload.network(), workload.parameters());
    output = workload.output();
    network = new TorchNetwork(folded.network(), Torch.arrays(manager, folded.parameters()), false);
    x = Torch.array(manager, workload.input(), workload.inputExtents());
    JniUtils.setGradMode(false);
  }

  @Override
  public String name() {
    return Row.Peer.OPERATORS.toString();
  }

  @Override
  public void run() {
    if (y != null) {
      y.close();
    }
    y = network.run(x);
  }

  @Override
  public Map<String, float[]> results() {
    return Map.of(output, y.toFloatArray());
  }

  @Override
  public void close() {
    manager.close();
  }
}
