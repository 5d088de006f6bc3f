package org.residuum.network;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.residuum.text.NearestName;

/** The networks that have names, such as {@code resnet20} and {@code mlp:64x10}. */
public final class Architectures {
  /** Blocks or layers of the deepest networks. */
  public static final int LARGEST_DEPTH = 2000;

  /** Its square is a tensor's size. */
  private static final int LARGEST_WIDTH = 46_000;

  /** Nine times its square is. */
  private static final int LARGEST_CHANNELS = 15_000;

  private static final String LARGE = "resnet(18|34|50|101|152)";

  /**
   * Networks with names of one form.
   *
   * @param names those worth suggesting
   */
  private record Family(
      Pattern form, List<String> names, BiFunction<MatchResult, Request, Network> builder) {
    Family(String form, List<String> names, BiFunction<MatchResult, Request, Network> builder) {
      this(Pattern.compile(form), names, builder);
    }
  }

  private static final List<Family> FAMILIES =
      List.of(
          new Family(
              "(?!" + LARGE + "$)resnet(\\d{1,4})",
              named("resnet", 8, 14, 20, 32, 44, 56, 110),
              (name, request) ->
                  ResNets.cifar(
                      depth(name.group(2)),
                      request.image(32),
                      request.classes(10),
                      request.anyShortcut())),
          new Family(
              "preresnet(\\d{1,4})",
              named("preresnet", 20, 56, 110),
              (name, request) ->
                  ResNets.cifarPreActivation(
                      depth(name.group(1)),
                      request.image(32),
                      request.classes(10),
                      request.anyShortcut())),
          new Family(
              LARGE,
              named("resnet", 18, 34, 50, 101, 152),
              (name, request) ->
                  ResNets.imagenet(
                      Integer.parseInt(name.group(1)), request.image(224), request.projected())),
          new Family(
              "resnext50_32x4d",
              List.of("resnext50_32x4d"),
              (name, request) -> ResNets.resnext50(request.image(224), request.projected())),
          new Family(
              "wide_resnet50_2",
              List.of("wide_resnet50_2"),
              (name, request) -> ResNets.wideResnet50(request.image(224), request.projected())),
          new Family(
              "mlp(?::(-?\\d{1,9})x(-?\\d{1,9})(:bn)?)?", List.of("mlp"), Architectures::mlp),
          new Family("conv:(-?\\d{1,9})x(-?\\d{1,9})(:bn)?", List.of(), Architectures::conv));

  /** Before the name of a residual network: the same without its shortcuts. */
  private static final String PLAIN = "plain:";

  /** Names worth suggesting; {@code resnetN} and {@code preresnetN} take any N = 6n + 2. */
  public static final List<String> NAMES =
      FAMILIES.stream().flatMap(family -> family.names.stream()).toList();

  /** The names that {@link #NAMES} cannot list, in words. */
  public static final String FORMS =
      "mlp:WIDTHxBLOCKS, conv:WIDTHxBLOCKS, either with :bn, plain:NAME";

  private Architectures() {}

  /**
   * What a network is built for.
   *
   * @param example the shape of one example, or null for the published one
   * @param classes 0 for the published number
   * @param shortcut null for the published one
   */
  public record Request(Shape example, int classes, ResidualBlocks.Shortcut shortcut) {
    /** The network as it was published. */
    public static final Request PUBLISHED = new Request(null, 0, null);

    private int classes(int published) {
      return classes == 0 ? published : classes;
    }

    private Shape image(int side) {
      if (example != null && example.rank() != 3) {
        throw new IllegalArgumentException(
            "a convolutional network needs images (C, H, W), the data are vectors "
                + example
                + "; use model mlp:256x4");
      }
      return example == null ? Shape.of(3, side, side) : example;
    }

    private ResidualBlocks.Shortcut anyShortcut() {
      return shortcut == null ? ResidualBlocks.Shortcut.ZERO_PAD : shortcut;
    }

    /** The number of classes of a network that knows shortcuts of option B only. */
    private int projected() {
      if (shortcut == ResidualBlocks.Shortcut.ZERO_PAD) {
        throw new IllegalArgumentException(
            "shortcut A is for resnet8, 14, 20, ... on small images; this one has option B");
      }
      return classes(1000);
    }
  }

  private static List<String> named(String kind, Integer... depths) {
    return List.of(depths).stream().map(depth -> kind + depth).toList();
  }

  /** Whether the text has the form of a name here, right or not. */
  public static boolean isName(String text) {
    String residual = text.startsWith(PLAIN) ? text.substring(PLAIN.length()) : text;
    return FAMILIES.stream().anyMatch(family -> family.form.matcher(residual).matches());
  }

  /**
   * The network of that name.
   *
   * @throws IllegalArgumentException for an unknown name, or one that does not fit the request
   */
  public static Network build(String name, Request request) {
    if (name.startsWith(PLAIN)) {
      if (request.shortcut() != null) {
        throw new IllegalArgumentException("shortcut does not apply: a plain network has none");
      }
      return PlainNetwork.of(buildResidual(name.substring(PLAIN.length()), request));
    }
    return buildResidual(name, request);
  }

  private static Network buildResidual(String name, Request request) {
    return FAMILIES.stream()
        .flatMap(family -> build(family, name, request).stream())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such network" + known(name)));
  }

  private static Optional<Network> build(Family family, String name, Request request) {
    Matcher matcher = family.form.matcher(name);
    return matcher.matches()
        ? Optional.of(family.builder.apply(matcher.toMatchResult(), request))
        : Optional.empty();
  }

  /** What to say of an unknown name: the nearest known one, and all of them. */
  public static String known(String typed) {
    return NearestName.didYouMean(typed, NAMES)
        + " (known: "
        + String.join(", ", NAMES)
        + ", "
        + FORMS
        + ")";
  }

  private static int depth(String digits) {
    int depth = Integer.parseInt(digits);
    if (depth > LARGEST_DEPTH) {
      throw new IllegalArgumentException("depth is over " + LARGEST_DEPTH);
    }
    return depth;
  }

  private static Network mlp(MatchResult name, Request request) {
    int width = name.group(1) == null ? 256 : Integer.parseInt(name.group(1));
    int blocks = name.group(2) == null ? 4 : Integer.parseInt(name.group(2));
    requireUniform("mlp", width, blocks, LARGEST_WIDTH);
    requireNoShortcut(request);
    Shape example = request.example();
    if (name.group(3) != null) {
      return UniformNetworks.normalisedMlp(example, width, blocks, request.classes(10));
    }
    return example == null
        ? ResNets.mlp(width, blocks)
        : ResNets.mlp(example, width, blocks, request.classes(10));
  }

  private static Network conv(MatchResult name, Request request) {
    int width = Integer.parseInt(name.group(1));
    int blocks = Integer.parseInt(name.group(2));
    requireUniform("conv", width, blocks, LARGEST_CHANNELS);
    requireNoShortcut(request);
    boolean batchNorm = name.group(3) != null;
    Shape image = request.image(32);
    return UniformNetworks.conv(image, width, blocks, request.classes(10), batchNorm);
  }

  private static void requireUniform(String kind, int width, int blocks, int largestWidth) {
    if (width < 1 || blocks < 1 || width > largestWidth || blocks > LARGEST_DEPTH) {
      throw new IllegalArgumentException(
          kind
              + ":WIDTHxBLOCKS has a width of 1 to "
              + largestWidth
              + " and 1 to "
              + LARGEST_DEPTH
              + " blocks");
    }
  }

  private static void requireNoShortcut(Request request) {
    if (request.shortcut() != null) {
      throw new IllegalArgumentException("shortcut does not apply: its shortcuts are identities");
    }
  }
}
