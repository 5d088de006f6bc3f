package org.residuum.network;

/**
 * What a parameter is for: it decides how it is initialised, whether it is trained and whether it
 * decays.
 */
public enum Role {
  /** Weight of a convolution or dense layer. */
  WEIGHT,
  BIAS,
  /** Scale of a batch norm, PyTorch's {@code bn.weight}. */
  GAMMA,
  /** Shift of a batch norm, PyTorch's {@code bn.bias}. */
  BETA,
  RUNNING_MEAN,
  RUNNING_VAR;

  /** Whether the optimiser changes it; running statistics follow the batches instead. */
  public boolean isTrained() {
    return this != RUNNING_MEAN && this != RUNNING_VAR;
  }
}
