package org.residuum.backend.lower;

import java.util.function.Predicate;
import org.residuum.network.Node;
import org.residuum.network.Value;

/**
 * Which input of a node its first output may overwrite.
 *
 * @param <O> the op
 */
@FunctionalInterface
public interface InPlace<O> {
  /**
   * The input whose bytes the output takes, or null.
   *
   * @param op the node's op; of a gradient the op that it is the gradient of
   * @param free whether no later node reads a value's bytes and the caller does not either
   */
  Value overwritten(Node node, O op, Predicate<Value> free);

  /** The output has bytes of its own. */
  static InPlace<Object> never() {
    return (node, op, free) -> null;
  }

  /** For steps that read an element before they write it. */
  static InPlace<Object> input(int index) {
    return (node, op, free) -> ifFree(node.inputs().get(index), free);
  }

  /** The same for the last input, which is dy in most gradients. */
  static InPlace<Object> lastInput() {
    return (node, op, free) -> ifFree(node.inputs().get(node.inputs().size() - 1), free);
  }

  /**
   * An input that the result is added onto. It may not also be an earlier input: that one is still
   * read while the result is written.
   *
   * @param index of the input, which a node may lack
   */
  static InPlace<Object> addend(int index) {
    return (node, op, free) -> {
      if (index >= node.inputs().size()) {
        return null;
      }
      Value addend = node.inputs().get(index);
      return node.inputs().indexOf(addend) == index ? ifFree(addend, free) : null;
    };
  }

  private static Value ifFree(Value value, Predicate<Value> free) {
    return free.test(value) ? value : null;
  }
}
