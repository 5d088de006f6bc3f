package org.residuum.network;

/**
 * A value of a network, assigned once.
 *
 * @param id its place among the network's values, from 0
 * @param name the name of the node that makes it, with a suffix for second and third outputs
 */
public record Value(int id, String name, Shape shape, ElementType type) {
  /** A value of 32-bit floats. */
  public Value(int id, String name, Shape shape) {
    this(id, name, shape, ElementType.F32);
  }

  /** Its size once the batch size is known. */
  public long bytes(int batch) {
    return type.bytes() * shape.elements(batch);
  }

  /** For example {@code %12}. */
  @Override
  public String toString() {
    return "%" + id;
  }
}
