package org.residuum.format.weights;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;

/**
 * Finds the network that weights belong to. The stem tells the family (3×3 for small pictures, 7×7
 * for large ones), the names of the blocks tell depth and kind, the shapes tell width, groups,
 * channels and classes, and a projection among the names tells option B of the shortcuts.
 */
final class ArchitectureFinder {
  private static final Pattern BLOCK = Pattern.compile("(layer\\d|blocks)\\.(\\d{1,5})\\..*");
  private static final int SMALL_SIDE = 32;
  private static final int LARGE_SIDE = 224;

  private final Parameters weights;

  /** The numbers of the blocks that each stage names. */
  private final TreeMap<String, Set<String>> stages = new TreeMap<>();

  private ArchitectureFinder(Parameters weights) {
    this.weights = weights;
    for (String name : weights.names()) {
      Matcher block = BLOCK.matcher(name);
      if (block.matches()) {
        stages.computeIfAbsent(block.group(1), stage -> new HashSet<>()).add(block.group(2));
      }
    }
  }

  /**
   * The network of these weights.
   *
   * @throws IllegalArgumentException saying what gave it away that there is none
   */
  static Architecture find(Parameters weights) {
    ArchitectureFinder finder = new ArchitectureFinder(weights);
    if (weights.contains("conv1.weight")) {
      return finder.residual(finder.shape("conv1.weight", 4));
    }
    if (finder.stages.containsKey("blocks")) {
      return finder.mlp();
    }
    throw unknown("they have neither conv1.weight nor blocks.0.fc1.weight");
  }

  private Architecture residual(Shape stem) {
    List<Integer> counts = new ArrayList<>();
    stages.values().forEach(blocks -> counts.add(blocks.size()));
    if (stem.extent(2) == 7 && stem.extent(0) == 64) {
      return large(counts, stem.extent(1));
    }
    if (stem.extent(2) == 3 && stem.extent(0) == 16) {
      return small(counts, stem.extent(1));
    }
    throw unknown("conv1.weight is " + stem + ", not (16, C, 3, 3) or (64, C, 7, 7)");
  }

  private Architecture small(List<Integer> counts, int channels) {
    if (counts.size() != 3 || new HashSet<>(counts).size() != 1) {
      throw unknown("their stages have " + counts + " blocks, not three times the same number");
    }
    if (weights.contains("layer1.0.conv3.weight")) {
      throw unknown("they have bottlenecks behind a 3×3 stem");
    }
    int depth = 6 * counts.get(0) + 2;
    int classes = classes();
    ResidualBlocks.Shortcut shortcut =
        Clues.of(weights).projects()
            ? ResidualBlocks.Shortcut.PROJECTION
            : ResidualBlocks.Shortcut.ZERO_PAD;
    boolean preActivation = !weights.contains("bn1.weight") && weights.contains("bn.weight");
    Shape image = Shape.of(channels, SMALL_SIDE, SMALL_SIDE);
    return preActivation
        ? new Architecture(
            "preresnet" + depth,
            image,
            example -> ResNets.cifarPreActivation(depth, example, classes, shortcut))
        : new Architecture(
            "resnet" + depth, image, example -> ResNets.cifar(depth, example, classes, shortcut));
  }

  private Architecture large(List<Integer> counts, int channels) {
    boolean bottleneck = weights.contains("layer1.0.conv3.weight");
    int depth = depth(counts, bottleneck);
    int classes = classes();
    Shape image = Shape.of(channels, LARGE_SIDE, LARGE_SIDE);
    Shape middle = shape("layer1.0.conv2.weight", 4);
    int width = middle.extent(0);
    int groups = width / Math.max(1, middle.extent(1));
    String kind = String.format(Locale.ROOT, "%d-layer, width %d, groups %d", depth, width, groups);
    return switch (kind) {
      case "50-layer, width 128, groups 32" ->
          new Architecture(
              "resnext50_32x4d", image, example -> ResNets.resnext50(example, classes));
      case "50-layer, width 128, groups 1" ->
          new Architecture(
              "wide_resnet50_2", image, example -> ResNets.wideResnet50(example, classes));
      default -> {
        if (width != 64 || groups != 1) {
          throw unknown("their blocks are those of a ResNet of " + kind);
        }
        yield new Architecture(
            "resnet" + depth, image, example -> ResNets.imagenet(depth, example, classes));
      }
    };
  }

  private static int depth(List<Integer> counts, boolean bottleneck) {
    if (counts.equals(List.of(2, 2, 2, 2)) && !bottleneck) {
      return 18;
    }
    if (counts.equals(List.of(3, 4, 6, 3))) {
      return bottleneck ? 50 : 34;
    }
    if (counts.equals(List.of(3, 4, 23, 3)) && bottleneck) {
      return 101;
    }
    if (counts.equals(List.of(3, 8, 36, 3)) && bottleneck) {
      return 152;
    }
    String kind = bottleneck ? "bottlenecks" : "basic blocks";
    throw unknown("their stages have " + counts + " " + kind + ", as no published depth has");
  }

  private Architecture mlp() {
    int blocks = stages.get("blocks").size();
    int width = shape("blocks.0.fc1.weight", 2).extent(0);
    String name = "mlp:" + width + "x" + blocks;
    if (!weights.contains("stem.weight")) {
      return new Architecture(name, Shape.of(width), example -> ResNets.mlp(width, blocks));
    }
    int classes = shape("head.weight", 2).extent(0);
    Shape example = Shape.of(shape("stem.weight", 2).extent(1));
    return new Architecture(name, example, x -> ResNets.mlp(x, width, blocks, classes));
  }

  private int classes() {
    for (String head : Names.HEADS) {
      if (weights.contains(head + ".weight")) {
        return shape(head + ".weight", 2).extent(0);
      }
    }
    throw unknown("they have no " + String.join(".weight, ", Names.HEADS) + ".weight");
  }

  private Shape shape(String name, int rank) {
    if (!weights.contains(name)) {
      throw unknown("they have no " + name);
    }
    Shape shape = weights.get(name).shape();
    if (shape.rank() != rank) {
      throw unknown(name + " is " + shape + ", not of " + rank + " axes");
    }
    return shape;
  }

  private static IllegalArgumentException unknown(String clue) {
    return new IllegalArgumentException(
        "its weights are of no built-in network: "
            + clue
            + "; export it to ONNX, or name the network to see what differs");
  }
}
