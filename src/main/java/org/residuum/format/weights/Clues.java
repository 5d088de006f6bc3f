package org.residuum.format.weights;

import org.residuum.network.Architectures;
import org.residuum.network.Parameters;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;

/**
 * What weights tell of the ends of a network; 0 where they do not tell it.
 *
 * @param channels of its pictures
 * @param features of its vectors
 * @param classes in its last layer
 * @param projects whether shortcuts that change size are projections, option B
 */
public record Clues(int channels, int features, int classes, boolean projects) {
  static Clues of(Parameters weights) {
    int classes = 0;
    for (String head : Names.HEADS) {
      classes = Math.max(classes, extent(weights, head + ".weight", 2, 0));
    }
    return new Clues(
        extent(weights, "conv1.weight", 4, 1),
        extent(weights, "stem.weight", 2, 1),
        Math.max(classes, extent(weights, "head.weight", 2, 0)),
        Names.SHORTCUTS.stream()
            .anyMatch(shortcut -> weights.contains("layer2.0." + shortcut + ".0.weight")));
  }

  private static int extent(Parameters weights, String name, int rank, int axis) {
    if (!weights.contains(name)) {
      return 0;
    }
    Shape shape = weights.get(name).shape();
    return shape.rank() == rank ? shape.extent(axis) : 0;
  }

  /**
   * What a network by name is to be built for to have these weights.
   *
   * @param published its published input, (N, C, H, W) or (N, F)
   * @param height of pictures; 0 for the published one
   */
  public Architectures.Request request(Shape published, int height, int width) {
    Shape example = null;
    if (published.rank() == 4) {
      example =
          Shape.of(
              channels == 0 ? published.extent(1) : channels,
              height == 0 ? published.extent(2) : height,
              height == 0 ? published.extent(3) : width);
    } else if (features > 0) {
      example = Shape.of(features);
    }
    return new Architectures.Request(
        example, classes, projects ? ResidualBlocks.Shortcut.PROJECTION : null);
  }
}
