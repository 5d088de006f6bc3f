package org.residuum.network;

/**
 * What a parameter is for: it decides how it is named and initialised, whether it is trained and
 * whether it decays.
 */
public enum Role {
  /** Weight of a convolution or dense layer; random at first. */
  WEIGHT("weight", 0),
  BIAS("bias", 0),
  /** A factor for each channel: PyTorch's {@code bn.weight}, or a slope. */
  GAMMA("weight", 1),
  /** Shift of a normalisation, PyTorch's {@code bn.bias}. */
  BETA("bias", 0),
  RUNNING_MEAN("running_mean", 0),
  RUNNING_VAR("running_var", 1);

  private final String suffix;
  private final float initial;

  Role(String suffix, float initial) {
    this.suffix = suffix;
    this.initial = initial;
  }

  /** PyTorch's name of such a parameter within its module. */
  public String suffix() {
    return suffix;
  }

  /** The value that it starts at unless its operation gives another; 0 for random weights. */
  public float initial() {
    return initial;
  }

  /** Whether the optimiser changes it; running statistics follow the batches instead. */
  public boolean isTrained() {
    return this != RUNNING_MEAN && this != RUNNING_VAR;
  }
}
