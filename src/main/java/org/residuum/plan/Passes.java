package org.residuum.plan;

import org.residuum.network.Network;
import org.residuum.network.Parameters;

/** The passes in the order in which backends apply them. */
public final class Passes {
  private Passes() {}

  /** Inference: fold batch norms, then fuse epilogues. */
  public static BatchNormFolding.Folded inference(Network network, Parameters parameters) {
    BatchNormFolding.Folded folded = BatchNormFolding.apply(network, parameters);
    return new BatchNormFolding.Folded(EpilogueFusion.apply(folded.network()), folded.parameters());
  }

  /** Training: fuse epilogues, then the masks of their gradients. */
  public static Network training(Network network) {
    return MaskFusion.apply(EpilogueFusion.apply(network));
  }

  /** Training where input gradients can add onto others: as above, then the sums of gradients. */
  public static Network trainingInPlace(Network network) {
    return GradientSumFusion.apply(training(network));
  }
}
