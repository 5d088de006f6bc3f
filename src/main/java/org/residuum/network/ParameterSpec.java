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
}
