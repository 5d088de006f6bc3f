package org.residuum.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.residuum.network.Shape;
import org.residuum.text.NearestName;

/** {@link Augmentation} as text: {@code crop:4,flip,randaugment:2:9}. */
final class AugmentationText {
  private static final String NONE = "none";
  private static final String BLACK = "black";
  private static final int SMALLEST_CROPPED = 4;

  /** A name of the list and the numbers behind it. */
  private record Part(String name, List<String> arguments) {
    static Part of(String text) {
      List<String> words = Arrays.asList(text.strip().split(":", -1));
      return new Part(words.get(0), words.subList(1, words.size()));
    }

    double[] numbers(String usage, Integer... counts) {
      if (!List.of(counts).contains(arguments.size())) {
        throw new IllegalArgumentException(this + ": it is " + usage);
      }
      return arguments.stream().mapToDouble(word -> number(word, usage)).toArray();
    }

    int[] whole(String usage, Integer... counts) {
      double[] numbers = numbers(usage, counts);
      for (double number : numbers) {
        if (number != Math.rint(number) || Math.abs(number) > 1 << 20) {
          throw new IllegalArgumentException(this + ": it is " + usage + ", whole numbers");
        }
      }
      return Arrays.stream(numbers).mapToInt(number -> (int) number).toArray();
    }

    private double number(String word, String usage) {
      try {
        return Double.parseDouble(word);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            this + ": '" + word + "' is no number; it is " + usage, e);
      }
    }

    @Override
    public String toString() {
      return String.join(":", name, String.join(":", arguments)).replaceAll(":$", "");
    }
  }

  /** Adds a part to what there is, for pictures of a shape. */
  private interface Adding {
    Augmentation add(Augmentation so, Part part, Shape example);
  }

  private static final Map<String, Adding> KNOWN = new LinkedHashMap<>();

  static {
    KNOWN.put("flip", (so, part, example) -> flip(so, part));
    KNOWN.put("crop", AugmentationText::crop);
    KNOWN.put(
        "crop-flip",
        (so, part, example) -> flip(crop(so, part, example), new Part(part.name(), List.of())));
    KNOWN.put("distort", AugmentationText::distort);
    KNOWN.put("resized-crop", (so, part, example) -> so.with(resizedCrop(part)));
    KNOWN.put("randaugment", (so, part, example) -> so.with(randAugment(part)));
    KNOWN.put("jitter", (so, part, example) -> so.with(jitter(part)));
    KNOWN.put("erase", (so, part, example) -> so.with(erasing(part)));
  }

  private AugmentationText() {}

  static Augmentation parse(String text, Shape example) {
    if (text.strip().equals(NONE)) {
      return Augmentation.NONE;
    }
    if (example.rank() != 3) {
      throw new IllegalArgumentException(text + " is for pictures; the data are vectors");
    }
    Augmentation augmentation = Augmentation.NONE;
    List<String> seen = new ArrayList<>();
    for (String word : text.split(",", -1)) {
      Part part = Part.of(word);
      requireKnown(part.name());
      for (String name : part.name().split("(?<=crop)-")) {
        if (seen.contains(name)) {
          throw new IllegalArgumentException(name + " is there twice; leave one away");
        }
        seen.add(name);
      }
      augmentation = KNOWN.get(part.name()).add(augmentation, part, example);
    }
    return augmentation;
  }

  private static void requireKnown(String name) {
    if (name.equals(NONE)) {
      throw new IllegalArgumentException("none is no change at all, and stands alone");
    }
    if (!KNOWN.containsKey(name)) {
      throw new IllegalArgumentException(
          "no such change '%s'%s (known: none, %s)"
              .formatted(
                  name,
                  NearestName.didYouMean(name, KNOWN.keySet()),
                  String.join(", ", KNOWN.keySet())));
    }
  }

  private static Augmentation flip(Augmentation so, Part part) {
    part.numbers("flip alone", 0);
    return new Augmentation(so.padAndCrop(), true, so.distortion(), so.changes());
  }

  /** Padding of an eighth of the shorter side: 4 pixels for 32, as He et al. 2015. */
  private static Augmentation crop(Augmentation so, Part part, Shape example) {
    int[] given = part.whole(part.name() + ":PIXELS", 0, 1);
    int side = Math.min(example.extent(1), example.extent(2));
    if (given.length == 0 && side < SMALLEST_CROPPED) {
      throw new IllegalArgumentException(
          ("%s: pictures of %d × %d pixels are too small to crop, which takes %d;"
                  + " use flip or none")
              .formatted(part, example.extent(1), example.extent(2), SMALLEST_CROPPED));
    }
    int pixels = given.length == 0 ? Math.max(1, side / 8) : given[0];
    if (pixels < 1 || pixels >= side) {
      throw new IllegalArgumentException(
          "%s: pictures of %d × %d pixels are padded by 1 to %d pixels"
              .formatted(part, example.extent(1), example.extent(2), side - 1));
    }
    return new Augmentation(pixels, so.horizontalFlip(), so.distortion(), so.changes());
  }

  private static Augmentation distort(Augmentation so, Part part, Shape example) {
    double[] given = part.numbers("distort:SHIFT:TURN:STRETCH:SHEAR", 0, 4);
    Augmentation.Distortion distortion =
        given.length == 0
            ? Augmentation.Distortion.ofSide(Math.min(example.extent(1), example.extent(2)))
            : checked(part, given, n -> new Augmentation.Distortion(n[0], n[1], n[2], n[3]));
    return new Augmentation(so.padAndCrop(), so.horizontalFlip(), distortion, so.changes());
  }

  private static PictureChange resizedCrop(Part part) {
    double[] given = part.numbers("resized-crop:MIN_AREA:MAX_AREA:MIN_RATIO:MAX_RATIO", 0, 1, 2, 4);
    return checked(
        part,
        given,
        n ->
            n.length == 4
                ? new PictureChange.ResizedCrop(n[0], n[1], n[2], n[3])
                : n.length == 0
                    ? new PictureChange.ResizedCrop()
                    : new PictureChange.ResizedCrop(n[0], n.length == 2 ? n[1] : 1));
  }

  private static PictureChange randAugment(Part part) {
    int[] given = part.whole("randaugment:OPERATIONS:MAGNITUDE", 0, 1, 2);
    PictureChange.RandAugment usual = new PictureChange.RandAugment();
    return new PictureChange.RandAugment(
        given.length > 0 ? given[0] : usual.operations(),
        given.length > 1 ? given[1] : usual.magnitude());
  }

  private static PictureChange jitter(Part part) {
    double[] given =
        part.numbers("jitter:STRENGTH or jitter:BRIGHTNESS:CONTRAST:SATURATION:HUE", 0, 1, 3, 4);
    return checked(
        part,
        given,
        n ->
            n.length < 3
                ? new PictureChange.ColorJitter(n.length == 0 ? 0.4 : n[0])
                : new PictureChange.ColorJitter(n[0], n[1], n[2], n.length == 4 ? n[3] : 0));
  }

  private static PictureChange erasing(Part part) {
    List<String> words = part.arguments();
    boolean black = !words.isEmpty() && words.get(words.size() - 1).equals(BLACK);
    Part plain = new Part(part.name(), black ? words.subList(0, words.size() - 1) : words);
    double[] given =
        plain.numbers("erase:PROBABILITY:MIN_AREA:MAX_AREA:MIN_RATIO:MAX_RATIO", 0, 1, 3, 5);
    PictureChange.Erasing.Fill fill =
        black ? PictureChange.Erasing.Fill.BLACK : PictureChange.Erasing.Fill.MEAN;
    return checked(part, given, n -> erasing(n).withFill(fill));
  }

  private static PictureChange.Erasing erasing(double[] given) {
    PictureChange.Erasing usual = new PictureChange.Erasing(given.length == 0 ? 0.25 : given[0]);
    if (given.length == 5) {
      return new PictureChange.Erasing(
          given[0], given[1], given[2], given[3], given[4], usual.fill());
    }
    return given.length == 3 ? usual.withArea(given[1], given[2]) : usual;
  }

  /** A rule that is broken by the numbers of a part names the part. */
  private static <T> T checked(Part part, double[] numbers, Function<double[], T> make) {
    try {
      return make.apply(numbers);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(part + ": " + e.getMessage(), e);
    }
  }

  static String of(Augmentation augmentation) {
    List<String> parts = new ArrayList<>();
    if (augmentation.padAndCrop() > 0) {
      parts.add("crop:" + augmentation.padAndCrop());
    }
    if (augmentation.horizontalFlip()) {
      parts.add("flip");
    }
    Augmentation.Distortion distortion = augmentation.distortion();
    if (!distortion.equals(Augmentation.Distortion.NONE)) {
      parts.add(
          text(
              "distort",
              distortion.shift(),
              distortion.turn(),
              distortion.stretch(),
              distortion.shear()));
    }
    augmentation.changes().forEach(change -> parts.add(of(change)));
    return parts.isEmpty() ? NONE : String.join(",", parts);
  }

  private static String of(PictureChange change) {
    if (change instanceof PictureChange.ResizedCrop crop) {
      return crop.equals(new PictureChange.ResizedCrop(crop.minArea(), crop.maxArea()))
          ? text("resized-crop", crop.minArea(), crop.maxArea())
          : text("resized-crop", crop.minArea(), crop.maxArea(), crop.minRatio(), crop.maxRatio());
    }
    if (change instanceof PictureChange.RandAugment drawn) {
      return text("randaugment", drawn.operations(), drawn.magnitude());
    }
    if (change instanceof PictureChange.ColorJitter jitter) {
      return jitter.equals(new PictureChange.ColorJitter(jitter.brightness()))
          ? text("jitter", jitter.brightness())
          : text(
              "jitter", jitter.brightness(), jitter.contrast(), jitter.saturation(), jitter.hue());
    }
    return of((PictureChange.Erasing) change);
  }

  private static String of(PictureChange.Erasing erasing) {
    PictureChange.Erasing usual =
        new PictureChange.Erasing(erasing.probability()).withFill(erasing.fill());
    String numbers =
        erasing.equals(usual)
            ? text("erase", erasing.probability())
            : text(
                "erase",
                erasing.probability(),
                erasing.minArea(),
                erasing.maxArea(),
                erasing.minRatio(),
                erasing.maxRatio());
    return erasing.fill() == PictureChange.Erasing.Fill.BLACK ? numbers + ":" + BLACK : numbers;
  }

  private static String text(String name, double... numbers) {
    return name
        + DoubleStream.of(numbers)
            .mapToObj(AugmentationText::number)
            .collect(Collectors.joining(":", ":", ""));
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.format(Locale.ROOT, "%d", (long) value)
        : String.valueOf(value);
  }
}
