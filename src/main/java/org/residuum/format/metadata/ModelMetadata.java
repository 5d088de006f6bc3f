package org.residuum.format.metadata;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.residuum.data.Preprocessing;
import org.residuum.network.Shape;

/**
 * What a model's file from elsewhere, or a file beside it, says about its use.
 *
 * @param preprocessing empty where it says nothing, or what cannot be done
 * @param labels a name a class, or none
 * @param source where that is written, such as config.json; "" for nowhere
 * @param problem why there is no preprocessing although something is written; "" else
 */
public record ModelMetadata(
    Optional<Preprocessing> preprocessing, List<String> labels, String source, String problem) {
  /** Nothing is said. */
  public static final ModelMetadata NONE = new ModelMetadata(Optional.empty(), List.of(), "", "");

  /**
   * What the properties of an ONNX file say.
   *
   * @param input the shape of an example: (C, H, W) or (F)
   */
  public static ModelMetadata ofOnnx(Map<String, String> properties, Shape input, int classes) {
    List<String> labels = OnnxProperties.labels(properties);
    return of(
        labels.size() == classes ? labels : List.of(),
        OnnxProperties.arePreprocessing(properties) ? "the file's metadata" : "",
        () -> OnnxProperties.preprocessing(properties, input));
  }

  /** Gives it, or says by an IllegalArgumentException why it cannot be done. */
  interface Reading {
    Preprocessing read();
  }

  static ModelMetadata of(List<String> labels, String source, Reading preprocessing) {
    if (source.isEmpty()) {
      return new ModelMetadata(Optional.empty(), labels, "", "");
    }
    try {
      return new ModelMetadata(Optional.of(preprocessing.read()), labels, source, "");
    } catch (IllegalArgumentException e) {
      return new ModelMetadata(Optional.empty(), labels, source, source + ": " + e.getMessage());
    }
  }

  /** This, and what it does not say from another. */
  public ModelMetadata or(ModelMetadata other) {
    boolean silent = source.isEmpty();
    return new ModelMetadata(
        silent ? other.preprocessing : preprocessing,
        labels.isEmpty() ? other.labels : labels,
        silent ? other.source : source,
        silent ? other.problem : problem);
  }
}
