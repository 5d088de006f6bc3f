package org.residuum.cli.option;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.residuum.cli.text.CommandFailure;
import org.residuum.data.text.NearestName;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.Shortcut;

/** The networks that {@code --model} knows by name. */
public final class Models {
  /** Every name worth suggesting; {@code resnetN} and {@code preresnetN} take any N = 6n + 2. */
  public static final List<String> NAMES =
      List.of(
          "resnet8",
          "resnet14",
          "resnet20",
          "resnet32",
          "resnet44",
          "resnet56",
          "resnet110",
          "preresnet20",
          "preresnet56",
          "preresnet110",
          "resnet18",
          "resnet34",
          "resnet50",
          "resnet101",
          "resnet152",
          "resnext50_32x4d",
          "wide_resnet50_2",
          "mlp");

  private static final List<Integer> IMAGENET_DEPTHS = List.of(18, 34, 50, 101, 152);
  private static final Pattern RESNET = Pattern.compile("(pre)?resnet(\\d{1,4})");
  private static final Pattern MLP = Pattern.compile("mlp(?::(-?\\d{1,9})x(-?\\d{1,9}))?");
  private static final int MLP_WIDTH = 256;
  private static final int MLP_BLOCKS = 4;
  private static final int LARGEST_DEPTH = 2000;

  /** Its square is a tensor's size. */
  private static final int LARGEST_WIDTH = 46_000;

  private Models() {}

  /**
   * What a network is built for.
   *
   * @param example the shape of one example, or null for the published one
   * @param classes 0 for the published number
   * @param shortcut null for the published one
   */
  public record Request(Shape example, int classes, Shortcut shortcut) {
    static final Request PUBLISHED = new Request(null, 0, null);

    Shape exampleOr(int... extents) {
      return example == null ? Shape.of(extents) : example;
    }

    int classesOr(int published) {
      return classes == 0 ? published : classes;
    }
  }

  /** Whether the text has the form of a name here, right or not, and not of a path. */
  static boolean isName(String text) {
    return RESNET.matcher(text).matches() || MLP.matcher(text).matches() || NAMES.contains(text);
  }

  /**
   * Builds the network of that name.
   *
   * @throws CommandFailure with exit code 2 for an unknown name or one that does not fit the data
   */
  public static Network build(String name, Request request) {
    try {
      return find(name, request);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--model " + name + ": " + e.getMessage());
    }
  }

  private static Network find(String name, Request request) {
    Matcher mlp = MLP.matcher(name);
    if (mlp.matches()) {
      return mlp(mlp, request);
    }
    requireImages(name, request);
    Matcher resnet = RESNET.matcher(name);
    if (resnet.matches()) {
      return resnet(Integer.parseInt(resnet.group(2)), resnet.group(1) != null, request);
    }
    return switch (name) {
      case "resnext50_32x4d" ->
          ResNets.resnext50(request.exampleOr(3, 224, 224), projected(request));
      case "wide_resnet50_2" ->
          ResNets.wideResnet50(request.exampleOr(3, 224, 224), projected(request));
      default -> throw unknown(name);
    };
  }

  static CommandFailure unknown(String name) {
    return unknown("--model", name);
  }

  static CommandFailure unknown(String option, String name) {
    return CommandFailure.usage(
        option
            + " "
            + name
            + ": no such model or file"
            + NearestName.didYouMean(name, NAMES)
            + " (known: "
            + String.join(", ", NAMES)
            + ", mlp:WIDTHxBLOCKS)");
  }

  private static Network resnet(int depth, boolean preActivation, Request request) {
    if (!preActivation && IMAGENET_DEPTHS.contains(depth)) {
      return ResNets.imagenet(depth, request.exampleOr(3, 224, 224), projected(request));
    }
    if (depth > LARGEST_DEPTH) {
      throw new IllegalArgumentException("depth is over " + LARGEST_DEPTH);
    }
    Shape image = request.exampleOr(3, 32, 32);
    int classes = request.classesOr(10);
    Shortcut shortcut = request.shortcut() == null ? Shortcut.ZERO_PAD : request.shortcut();
    return preActivation
        ? ResNets.cifarPreActivation(depth, image, classes, shortcut)
        : ResNets.cifar(depth, image, classes, shortcut);
  }

  /** The number of classes of a network that knows shortcuts of option B only. */
  private static int projected(Request request) {
    if (request.shortcut() == Shortcut.ZERO_PAD) {
      throw new IllegalArgumentException(
          "--shortcut A is for resnet8, 14, 20, ... on small images; this one has option B");
    }
    return request.classesOr(1000);
  }

  private static Network mlp(Matcher name, Request request) {
    int width = name.group(1) == null ? MLP_WIDTH : Integer.parseInt(name.group(1));
    int blocks = name.group(2) == null ? MLP_BLOCKS : Integer.parseInt(name.group(2));
    if (width < 1 || blocks < 1 || width > LARGEST_WIDTH || blocks > LARGEST_DEPTH) {
      throw new IllegalArgumentException(
          "mlp:WIDTHxBLOCKS has a width of 1 to "
              + LARGEST_WIDTH
              + " and 1 to "
              + LARGEST_DEPTH
              + " blocks");
    }
    if (request.shortcut() != null) {
      throw new IllegalArgumentException("--shortcut does not apply: its shortcuts are identities");
    }
    return request.example() == null
        ? ResNets.mlp(width, blocks)
        : ResNets.mlp(request.example(), width, blocks, request.classesOr(10));
  }

  private static void requireImages(String name, Request request) {
    if (request.example() != null && request.example().rank() != 3 && isName(name)) {
      throw new IllegalArgumentException(
          "a convolutional network needs images (C, H, W), the data are vectors "
              + request.example()
              + "; use --model mlp:256x4");
    }
  }
}
