package org.residuum.format.weights;

import java.util.function.Function;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;

/**
 * A built-in network of which all is known but the size of its pictures, which weights do not tell.
 *
 * @param name as on the command line
 * @param example the published shape of an example, with the channels of the weights: (C, H, W), or
 *     (F) for vectors
 * @param builder the network for an example's shape
 */
public record Architecture(String name, Shape example, Function<Shape, Network> builder) {
  /**
   * That of weights by name, of which several networks may have the same: those with shortcuts are
   * taken.
   *
   * @throws IllegalArgumentException saying what gave it away that there is none
   */
  public static Architecture of(Parameters weights) {
    return ArchitectureFinder.find(weights);
  }

  /** The network for pictures of the published size, or for vectors. */
  public Network network() {
    return builder.apply(example);
  }

  /** The network for pictures of another size. */
  public Network network(int height, int width) {
    return example.rank() == 3
        ? builder.apply(Shape.of(example.extent(0), height, width))
        : network();
  }
}
