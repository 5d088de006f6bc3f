package org.residuum.network;

/**
 * A parameter that a network reads.
 *
 * @param name PyTorch's name, for example {@code layer1.0.conv1.weight}
 * @param shape PyTorch's layout: {@code (out, in/groups, kh, kw)}, {@code (out, in)}, {@code (C)}
 */
public record ParameterSpec(String name, Shape shape, Role role) {}
