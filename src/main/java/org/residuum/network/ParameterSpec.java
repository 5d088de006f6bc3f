package org.residuum.network;

/**
 * A parameter that a network reads.
 *
 * @param name PyTorch's name, for example {@code layer1.0.conv1.weight}
 * @param shape PyTorch's layout: {@code (out, in/groups, kh, kw)}, {@code (out, in)}, {@code (C)}
 * @param closesBranch whether it is the last scale of a residual branch, so that zeros in it make
 *     the block start as the identity (Goyal et al. 2017, section 5.1)
 */
public record ParameterSpec(
    String name, Shape shape, Role role, boolean closesBranch, ElementType type) {
  /** A parameter of 32-bit floats. */
  public ParameterSpec(String name, Shape shape, Role role, boolean closesBranch) {
    this(name, shape, role, closesBranch, ElementType.F32);
  }

  public ParameterSpec(String name, Shape shape, Role role) {
    this(name, shape, role, false);
  }

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
}
