package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/**
 * An operation: its attributes, the parameters it reads and the shapes it makes of the shapes it is
 * given. What it computes is defined by the reference backend.
 */
public interface Op {
  /**
   * The shape of each output.
   *
   * @throws IllegalArgumentException naming the rule where the inputs do not fit
   */
  List<Shape> outputs(List<Shape> inputs);

  /** The shape of each parameter, in the order in which a node lists them. */
  default List<Shape> parameters(List<Shape> inputs) {
    return List.of();
  }

  /**
   * Multiplications and additions for one example, counted as two operations a multiply-add; 0
   * where negligible.
   */
  default long flops(List<Shape> inputs) {
    return 0;
  }

  /** A short text for people: the name of the operation and what distinguishes this one. */
  String label();
}
