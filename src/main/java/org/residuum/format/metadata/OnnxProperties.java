package org.residuum.format.metadata;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.residuum.data.Outputs;
import org.residuum.data.Preprocessing;
import org.residuum.data.Preprocessing.Values;
import org.residuum.data.Resize;
import org.residuum.network.Shape;

/**
 * The {@code metadata_props} of an ONNX file, and of safetensors that are no classifiers: our own,
 * with the keys of preprocessing.json, or those that ONNX's MetadataProps.md names for images.
 */
public final class OnnxProperties {
  private static final String OURS = "residuum.";
  private static final String LABELS = OURS + "labels";
  private static final Pattern SIZE = Pattern.compile("\\d+,(\\d{1,9}),(\\d{1,9})");
  private static final String RANGE = "Image.NominalPixelRange";
  private static final String FORMAT = "Image.BitmapPixelFormat";

  private OnnxProperties() {}

  /** What a file is to say about a model's use; labels a line each. */
  public static Map<String, String> of(
      List<String> labels, Preprocessing preprocessing, Outputs outputs) {
    Map<String, String> properties = new LinkedHashMap<>();
    if (!labels.isEmpty()) {
      properties.put(LABELS, String.join("\n", labels));
    }
    if (preprocessing != null) {
      preprocessing.toMap().forEach((key, value) -> properties.put(OURS + key, value));
    }
    outputs.toMap().forEach((key, value) -> properties.put(OURS + key, value));
    return properties;
  }

  /**
   * What the outputs stand for, classes where nothing is said.
   *
   * @param width how many outputs there are
   * @throws IllegalArgumentException where what is said is not known, or of another number
   */
  public static Outputs outputs(Map<String, String> properties, int width) {
    Outputs outputs = Outputs.takenFrom(ours(properties));
    if (!outputs.means().isEmpty() && outputs.means().size() != width) {
      throw new IllegalArgumentException(
          "means of " + outputs.means().size() + " targets, but " + width + " outputs");
    }
    return outputs;
  }

  /** What a file says of a model that is no classifier; nothing of one. */
  public static Map<String, String> ofTask(Map<String, String> properties) {
    Map<String, String> said = new LinkedHashMap<>(properties);
    said.keySet().removeIf(key -> !key.startsWith(OURS));
    return said.containsKey(OURS + "task") ? said : Map.of();
  }

  /** Height and width of the pictures that a model is for, where its file says them. */
  public static Optional<int[]> size(Map<String, String> properties) {
    Matcher size = SIZE.matcher(properties.getOrDefault(OURS + "input_shape", ""));
    return size.matches()
        ? Optional.of(new int[] {Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2))})
        : Optional.empty();
  }

  private static Map<String, String> ours(Map<String, String> properties) {
    Map<String, String> ours = new LinkedHashMap<>();
    properties.forEach(
        (key, value) -> {
          if (key.startsWith(OURS) && !key.equals(LABELS)) {
            ours.put(key.substring(OURS.length()), value);
          }
        });
    return ours;
  }

  static List<String> labels(Map<String, String> properties) {
    return properties.getOrDefault(LABELS, "").lines().toList();
  }

  static boolean arePreprocessing(Map<String, String> properties) {
    return properties.containsKey(OURS + "mean") || properties.containsKey(RANGE);
  }

  static Preprocessing preprocessing(Map<String, String> properties, Shape input) {
    Map<String, String> ours = ours(properties);
    Outputs.takenFrom(ours);
    if (ours.isEmpty()) {
      return standard(properties, input);
    }
    Preprocessing preprocessing = Preprocessing.fromMap(ours);
    if (!preprocessing.inputShape().equals(input)) {
      throw new IllegalArgumentException(
          "it is for " + preprocessing.inputShape() + ", the network takes " + input);
    }
    return preprocessing;
  }

  private static Preprocessing standard(Map<String, String> properties, Shape input) {
    String range = properties.get(RANGE);
    float half = range.equals("Normalized_1_1") ? 0.5f : 0;
    Values values = Values.USUAL;
    switch (range) {
      case "NominalRange_0_255" -> values = values.withRange(255);
      case "Normalized_0_1", "Normalized_1_1" -> values = values.withRange(1);
      default -> throw new IllegalArgumentException(RANGE + " " + range + " is not known");
    }
    String format = properties.getOrDefault(FORMAT, "Rgb8");
    switch (format) {
      case "Rgb8", "Gray8" -> values = values.withColors(Values.Colors.RGB);
      case "Bgr8" -> values = values.withColors(Values.Colors.BGR);
      default -> throw new IllegalArgumentException(FORMAT + " " + format + " is not read");
    }
    float[] mean = new float[input.extent(0)];
    float[] std = new float[mean.length];
    Arrays.fill(mean, half);
    Arrays.fill(std, half == 0 ? 1 : half);
    return new Preprocessing(input, mean, std, Resize.usual(input)).withValues(values);
  }
}
