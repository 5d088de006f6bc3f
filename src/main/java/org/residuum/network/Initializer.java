package org.residuum.network;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/**
 * First values of the parameters: weights normal with variance 2 / fan (He et al. 2015b, equation
 * 10; fan-out for convolutions as in torchvision, fan-in for dense layers), gamma and running
 * variance 1, the rest 0.
 */
public final class Initializer {
  private final long seed;
  private final boolean identityBlocks;

  /** The plain initialisation of that seed. */
  public Initializer(long seed) {
    this(seed, false);
  }

  /**
   * An initialisation.
   *
   * @param identityBlocks whether each residual branch starts as zero, so that each block starts as
   *     its shortcut
   */
  public Initializer(long seed, boolean identityBlocks) {
    this.seed = seed;
    this.identityBlocks = identityBlocks;
  }

  /** Fresh parameters for the network, slices of one flat buffer. */
  public Parameters initialize(Network network) {
    Parameters parameters = Parameters.allocate(network.parameters());
    for (ParameterSpec spec : network.parameters()) {
      fill(spec, parameters.get(spec.name()).data());
    }
    return parameters;
  }

  private void fill(ParameterSpec spec, FloatBuffer data) {
    if (identityBlocks && spec.closesBranch()) {
      return;
    }
    switch (spec.role()) {
      case WEIGHT -> fillNormal(spec, data);
      case GAMMA, RUNNING_VAR -> fillOnes(data);
      case BIAS, BETA, RUNNING_MEAN -> {}
    }
  }

  private static void fillOnes(FloatBuffer data) {
    for (int i = 0; i < data.limit(); i++) {
      data.put(i, 1f);
    }
  }

  private void fillNormal(ParameterSpec spec, FloatBuffer data) {
    SplittableRandom random =
        new SplittableRandom(seed * 0x9E3779B97F4A7C15L + spec.name().hashCode());
    double deviation = Math.sqrt(2.0 / fan(spec.shape()));
    for (int i = 0; i < data.limit(); i++) {
      data.put(i, (float) (deviation * random.nextGaussian()));
    }
  }

  private static int fan(Shape weight) {
    return weight.rank() == 4
        ? weight.extent(0) * weight.extent(2) * weight.extent(3)
        : weight.extent(1);
  }
}
