package org.residuum.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;

/** The networks that Residuum builds. */
public final class BuiltInNetworks {
  /** Classes of {@link #small}. */
  public static final int CLASSES = 5;

  private BuiltInNetworks() {}

  /**
   * On images so small that the reference backend can follow, a depth or two of each kind: passes
   * see blocks, not how many of them or how wide they are.
   */
  public static Stream<Network> small() {
    List<Network> networks = new ArrayList<>();
    Shape odd = Shape.of(3, 9, 7);
    for (int depth : new int[] {8, 20, 56}) {
      networks.add(ResNets.cifar(depth, odd, CLASSES, ResidualBlocks.Shortcut.ZERO_PAD));
      networks.add(ResNets.cifar(depth, odd, CLASSES, ResidualBlocks.Shortcut.PROJECTION));
    }
    for (ResidualBlocks.Shortcut shortcut : ResidualBlocks.Shortcut.values()) {
      networks.add(ResNets.cifarPreActivation(8, odd, CLASSES, shortcut));
      networks.add(ResNets.cifarPreActivation(20, odd, CLASSES, shortcut));
    }
    Shape image = Shape.of(3, 17, 17);
    networks.add(ResNets.imagenet(18, image, CLASSES));
    networks.add(ResNets.imagenet(50, image, CLASSES));
    Shape smallest = Shape.of(3, 9, 9);
    networks.add(ResNets.resnext50(smallest, CLASSES));
    networks.add(ResNets.mlp(Shape.of(1, 8, 8), 32, 3, CLASSES));
    networks.add(ResNets.mlp(Shape.of(17), 9, 40, CLASSES));
    return networks.stream();
  }

  /** In the sizes under which people know them. */
  public static Stream<Network> published() {
    List<Network> networks = new ArrayList<>();
    Shape image = Shape.of(3, 32, 32);
    for (int depth : new int[] {8, 20, 32, 44, 56, 110}) {
      for (ResidualBlocks.Shortcut shortcut : ResidualBlocks.Shortcut.values()) {
        networks.add(ResNets.cifar(depth, image, 10, shortcut));
        networks.add(ResNets.cifarPreActivation(depth, image, 10, shortcut));
      }
    }
    for (int depth : new int[] {18, 34, 50, 101, 152}) {
      networks.add(ResNets.imagenet(depth));
    }
    networks.add(ResNets.resnext50(Shape.of(3, 224, 224), 1000));
    networks.add(ResNets.wideResnet50(Shape.of(3, 224, 224), 1000));
    networks.add(ResNets.mlp(Shape.of(1, 28, 28), 128, 8, 10));
    networks.add(ResNets.mlp(Shape.of(64), 64, 100, 10));
    return networks.stream();
  }
}
