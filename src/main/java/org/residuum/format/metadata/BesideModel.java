package org.residuum.format.metadata;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.residuum.network.Shape;

/**
 * The files beside a model from which timm and Hugging Face read its use: {@code config.json} and
 * {@code preprocessor_config.json}, in its folder, or the one above a folder {@code onnx}.
 */
public final class BesideModel {
  private static final String CONFIG = "config.json";
  private static final String PROCESSOR = "preprocessor_config.json";
  private static final List<String> MODELS =
      List.of("model.safetensors", "pytorch_model.bin", "model.onnx", "onnx/model.onnx");
  private static final Fields NOTHING = new Fields(Map.of());

  /** No file is there. */
  public static final BesideModel NONE = new BesideModel(NOTHING, NOTHING, "");

  private final Fields config;
  private final Fields processor;
  private final String unreadable;

  private BesideModel(Fields config, Fields processor, String unreadable) {
    this.config = config;
    this.processor = processor;
    this.unreadable = unreadable;
  }

  /** The model in a folder as the Hugging Face Hub has it, where there is one. */
  public static Optional<Path> modelIn(Path folder) {
    return MODELS.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }

  /** Reads those that are there. One that cannot be read is a problem of the metadata alone. */
  public static BesideModel of(Path model) {
    try {
      return new BesideModel(fields(model, CONFIG), fields(model, PROCESSOR), "");
    } catch (IOException e) {
      return new BesideModel(NOTHING, NOTHING, String.valueOf(e.getMessage()));
    }
  }

  private static Fields fields(Path model, String name) throws IOException {
    Path file = model.resolveSibling(name);
    Path folder = model.toAbsolutePath().normalize().getParent();
    if (!Files.isRegularFile(file) && folder != null && folder.endsWith("onnx")) {
      file = folder.resolveSibling(name);
    }
    return Files.isRegularFile(file) ? new Fields(Json.read(file)) : NOTHING;
  }

  /** Height and width of the pictures that the weights were trained for, where that is written. */
  public Optional<int[]> size() {
    try {
      if (HuggingFaceProcessor.is(processor)) {
        return Optional.ofNullable(new HuggingFaceProcessor(processor).madeSize());
      }
      return TimmConfig.is(config)
          ? Optional.ofNullable(TimmConfig.of(config).trainedSize())
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // The problem is told with the preprocessing.
    }
  }

  /**
   * What they say about a network.
   *
   * @param input the shape of an example: (C, H, W) or (F)
   */
  public ModelMetadata metadata(Shape input, int classes) {
    if (!unreadable.isEmpty()) {
      return new ModelMetadata(Optional.empty(), List.of(), CONFIG, unreadable);
    }
    List<String> labels = Labels.of(config, classes);
    if (input.rank() != 3) {
      return ModelMetadata.of(labels, "", () -> null);
    }
    if (HuggingFaceProcessor.is(processor)) {
      return ModelMetadata.of(
          labels, PROCESSOR, () -> new HuggingFaceProcessor(processor).preprocessing(input));
    }
    return ModelMetadata.of(
        labels,
        TimmConfig.is(config) ? CONFIG : "",
        () -> TimmConfig.of(config).preprocessing(input));
  }
}
