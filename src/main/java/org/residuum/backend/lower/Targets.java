package org.residuum.backend.lower;

import java.nio.FloatBuffer;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.loss.Loss;

/**
 * What a loss reads beside the outputs of a network. A class number out of range would read another
 * row's score.
 *
 * @param loss that reads them
 * @param classes the number of outputs, C
 * @param count values a row: 1 for class numbers, else C
 */
public record Targets(Loss loss, int classes, int count) {
  /** Those that a node reads. */
  public static Targets of(Node node) {
    int classes = node.inputs().get(0).shape().extent(1);
    return new Targets((Loss) node.op(), classes, node.inputs().get(1).shape().elements());
  }

  /** Whether an input of a network is the targets that a node reads. */
  public static boolean areRead(Network network, Node node) {
    return node.op() instanceof Loss && network.inputs().contains(node.inputs().get(1));
  }

  /**
   * Checks the targets of a batch.
   *
   * @param targets (rows) or (rows, C), from index 0
   * @throws IllegalArgumentException where the loss is not defined for one
   */
  public void require(FloatBuffer targets, int rows) {
    for (int i = 0; i < rows * count; i++) {
      loss.requireTarget(targets.get(i), i / count, classes);
    }
  }
}
