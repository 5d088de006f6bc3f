package org.residuum.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.residuum.data.Preprocessing.Values.Colors;
import org.residuum.data.Resize.Filter;
import org.residuum.data.Resize.Policy;
import org.residuum.network.Shape;

/** {@link Preprocessing} as a map of texts, and strictly back. */
final class PreprocessingText {
  private static final Set<String> KEYS =
      Set.of(
          "input_shape",
          "mean",
          "std",
          "resize",
          "shorter_side",
          "resize_to",
          "filter",
          "fill",
          "colors",
          "range",
          "color_profile");
  private static final int MAX_SIDE = 1 << 14;

  private PreprocessingText() {}

  static Map<String, String> toMap(Preprocessing preprocessing) {
    Map<String, String> map = new LinkedHashMap<>();
    List<String> extents = new ArrayList<>();
    for (int extent : preprocessing.inputShape().toArray()) {
      extents.add(String.valueOf(extent));
    }
    map.put("input_shape", String.join(",", extents));
    map.put("mean", text(preprocessing.mean()));
    map.put("std", text(preprocessing.std()));
    put(map, preprocessing.resize());
    Preprocessing.Values values = preprocessing.values();
    if (values.colors() != Colors.RGB) {
      map.put("colors", lower(values.colors()));
    }
    if (values.range() != 1) {
      map.put("range", String.valueOf(values.range()));
    }
    if (preprocessing.decoding().colorProfile() == PictureOptions.ColorProfile.APPLY) {
      map.put("color_profile", "apply");
    }
    return map;
  }

  private static void put(Map<String, String> map, Resize resize) {
    map.put("resize", lower(resize.policy()));
    if (resize.shorterSide() != 0) {
      map.put("shorter_side", String.valueOf(resize.shorterSide()));
    } else if (resize.height() != 0) {
      map.put("resize_to", resize.height() + "," + resize.width());
    }
    if (resize.filter() != Filter.BILINEAR) {
      map.put("filter", lower(resize.filter()));
    }
    int fill = resize.fill();
    if (fill != 0) {
      map.put("fill", (fill >> 16) + "," + (fill >> 8 & 255) + "," + (fill & 255));
    }
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  static Preprocessing fromMap(Map<String, String> map) {
    for (String key : map.keySet()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "preprocessing: unknown key '" + key + "'; known: " + KEYS.stream().sorted().toList());
      }
    }
    return new Preprocessing(
        Shape.of(wholeNumbers(map, "input_shape")),
        numbers(map, "mean"),
        numbers(map, "std"),
        resize(map),
        decoding(map),
        values(map));
  }

  private static int[] wholeNumbers(Map<String, String> map, String key) {
    float[] numbers = numbers(map, key);
    int[] whole = new int[numbers.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (int) numbers[i];
      if (whole[i] != numbers[i] || whole[i] < 1) {
        throw invalid(key, map.get(key), "positive whole numbers");
      }
    }
    return whole;
  }

  private static Preprocessing.Values values(Map<String, String> map) {
    Colors colors = one(map, "colors", Colors.values(), Colors.RGB);
    int range = map.containsKey("range") ? whole(map, "range", 1, 255) : 1;
    return new Preprocessing.Values(colors, range);
  }

  /** The value of that name in lower case; the usual one where there is none. */
  private static <E extends Enum<E>> E one(
      Map<String, String> map, String key, E[] values, E usual) {
    String name = map.getOrDefault(key, lower(usual));
    for (E value : values) {
      if (lower(value).equals(name)) {
        return value;
      }
    }
    throw invalid(
        key,
        name,
        "one of "
            + Arrays.stream(values)
                .map(PreprocessingText::lower)
                .collect(Collectors.joining(", ")));
  }

  private static PictureOptions decoding(Map<String, String> map) {
    String profile = map.getOrDefault("color_profile", "ignore");
    return switch (profile) {
      case "ignore" -> PictureOptions.DEFAULTS;
      case "apply" -> PictureOptions.DEFAULTS.withColorProfile(PictureOptions.ColorProfile.APPLY);
      default -> throw invalid("color_profile", profile, "ignore or apply");
    };
  }

  static void checkShape(Shape shape) {
    boolean vector = shape.rank() == 1;
    boolean picture = shape.rank() == 3 && (shape.extent(0) == 1 || shape.extent(0) == 3);
    if (shape.isBatched() || shape.elements() == 0 || !(vector || picture)) {
      throw new IllegalArgumentException(
          "input shape " + shape + " is neither (C, H, W) with 1 or 3 channels nor (F)");
    }
    if (picture && (shape.extent(1) > MAX_SIDE || shape.extent(2) > MAX_SIDE)) {
      throw new IllegalArgumentException(
          "input shape " + shape + ": a side is over " + MAX_SIDE + " pixels");
    }
  }

  private static Resize resize(Map<String, String> map) {
    required(map, "resize");
    Policy policy = one(map, "resize", Policy.values(), Policy.SQUASH);
    int[] size = size(map, policy);
    return new Resize(
        policy, size[0], size[1], one(map, "filter", Filter.values(), Filter.BILINEAR), fill(map));
  }

  /** Height and width that the policy resizes to; 0 for the input's. */
  private static int[] size(Map<String, String> map, Policy policy) {
    boolean crop = policy == Policy.CROP;
    if (!crop && map.containsKey("shorter_side")) {
      throw invalid("shorter_side", map.get("shorter_side"), "no such key unless resize is crop");
    }
    if (!map.containsKey("resize_to")) {
      int side = crop ? whole(map, "shorter_side", 1, MAX_SIDE) : 0;
      return new int[] {side, side};
    }
    int[] size = wholeNumbers(map, "resize_to");
    boolean fits = size.length == 2 && Math.max(size[0], size[1]) <= MAX_SIDE;
    if (!fits || policy == Policy.NONE || map.containsKey("shorter_side")) {
      throw invalid(
          "resize_to",
          map.get("resize_to"),
          "height and width of at most "
              + MAX_SIDE
              + " pixels, and no such key with shorter_side or resize none");
    }
    return size;
  }

  private static int fill(Map<String, String> map) {
    if (!map.containsKey("fill")) {
      return 0;
    }
    int fill = 0;
    float[] color = numbers(map, "fill");
    for (float value : color) {
      if (color.length != 3 || !(value >= 0 && value <= 255) || value != (int) value) {
        throw invalid("fill", map.get("fill"), "red, green and blue, each 0 to 255");
      }
      fill = fill << 8 | (int) value;
    }
    return fill;
  }

  private static int whole(Map<String, String> map, String key, int least, int most) {
    String text = required(map, key);
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Reported below, together with numbers out of range.
    }
    throw invalid(key, text, "a whole number in " + least + ".." + most);
  }

  private static float[] numbers(Map<String, String> map, String key) {
    String text = required(map, key);
    String[] fields = text.split(",", -1);
    float[] numbers = new float[fields.length];
    for (int i = 0; i < fields.length; i++) {
      try {
        numbers[i] = Float.parseFloat(fields[i].strip());
      } catch (NumberFormatException e) {
        throw invalid(key, text, "numbers with commas between them");
      }
    }
    return numbers;
  }

  private static String required(Map<String, String> map, String key) {
    String value = map.get(key);
    if (value == null) {
      throw new IllegalArgumentException(
          "preprocessing: key '" + key + "' is missing; it has " + map.keySet());
    }
    return value;
  }

  private static IllegalArgumentException invalid(String key, String value, String expected) {
    return new IllegalArgumentException(
        "preprocessing: " + key + " is '" + value + "', expected " + expected);
  }

  private static String text(float[] values) {
    List<String> texts = new ArrayList<>();
    for (float value : values) {
      texts.add(Float.toString(value));
    }
    return String.join(",", texts);
  }
}
