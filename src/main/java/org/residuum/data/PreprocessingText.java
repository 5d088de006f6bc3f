package org.residuum.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.residuum.network.Shape;

/** {@link Preprocessing} as a map of texts, and strictly back. */
final class PreprocessingText {
  private static final Set<String> KEYS =
      Set.of("input_shape", "mean", "std", "resize", "shorter_side", "color_profile");
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
    Preprocessing.Resize resize = preprocessing.resize();
    map.put("resize", resize.policy().name().toLowerCase(Locale.ROOT));
    if (resize.policy() == Preprocessing.Resize.Policy.CROP) {
      map.put("shorter_side", String.valueOf(resize.shorterSide()));
    }
    if (preprocessing.decoding().colorProfile() == PictureOptions.ColorProfile.APPLY) {
      map.put("color_profile", "apply");
    }
    return map;
  }

  static Preprocessing fromMap(Map<String, String> map) {
    for (String key : map.keySet()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "preprocessing: unknown key '" + key + "'; known: " + KEYS.stream().sorted().toList());
      }
    }
    float[] extents = numbers(map, "input_shape");
    int[] shape = new int[extents.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = (int) extents[i];
      if (shape[i] != extents[i] || shape[i] < 1) {
        throw invalid("input_shape", map.get("input_shape"), "positive whole numbers");
      }
    }
    return new Preprocessing(
        Shape.of(shape), numbers(map, "mean"), numbers(map, "std"), resize(map), decoding(map));
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

  private static Preprocessing.Resize resize(Map<String, String> map) {
    String policy = required(map, "resize");
    Preprocessing.Resize resize =
        switch (policy) {
          case "none" -> Preprocessing.Resize.none();
          case "squash" -> Preprocessing.Resize.squash();
          case "crop" -> Preprocessing.Resize.crop(side(required(map, "shorter_side")));
          default -> throw invalid("resize", policy, "none, squash or crop");
        };
    if (resize.policy() != Preprocessing.Resize.Policy.CROP && map.containsKey("shorter_side")) {
      throw invalid("shorter_side", map.get("shorter_side"), "no such key unless resize is crop");
    }
    return resize;
  }

  private static int side(String text) {
    try {
      int side = Integer.parseInt(text);
      if (side >= 1 && side <= MAX_SIDE) {
        return side;
      }
    } catch (NumberFormatException notANumber) {
      // Reported below, together with numbers out of range.
    }
    throw invalid("shorter_side", text, "a whole number in 1.." + MAX_SIDE);
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
