package org.residuum;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.residuum.data.Outputs;
import org.residuum.format.FormatException;
import org.residuum.format.folder.SavedModel;
import org.residuum.format.metadata.BesideModel;
import org.residuum.format.metadata.ModelMetadata;
import org.residuum.format.metadata.OnnxProperties;
import org.residuum.format.onnx.OnnxModel;
import org.residuum.format.weights.Architecture;
import org.residuum.format.weights.Clues;
import org.residuum.format.weights.WeightFile;
import org.residuum.network.Architectures;
import org.residuum.network.Network;
import org.residuum.network.Shape;

/**
 * Models of all formats: the saved folder, ONNX with its graph, and weights alone, for which a
 * built-in network is found. {@link Model} says what each method does.
 */
final class ModelFiles {
  private static final String ONNX = ".onnx";

  private ModelFiles() {}

  static boolean isModel(Path path) {
    return isFile(path) || SavedModel.isSavedModel(path);
  }

  static boolean isFile(Path path) {
    return !Files.isDirectory(path) && (isOnnx(path) || WeightFile.isNamedLikeOne(path));
  }

  static boolean isOnnx(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(ONNX);
  }

  static Model load(Path path, LoadOptions options) throws IOException {
    if (isFile(path)) {
      BesideModel beside = BesideModel.of(path);
      return isOnnx(path)
          ? onnx(path, OnnxModel.read(path, output(options)), options, beside)
          : weights(path, WeightFile.read(path, key(options)), options, beside);
    }
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "there is no such file or folder");
    }
    if (!SavedModel.isSavedModel(path)) {
      Optional<Path> inside = BesideModel.modelIn(path);
      if (inside.isPresent()) {
        return load(inside.get(), options);
      }
      throw new FormatException(
          path,
          "neither a saved model, a folder with network.json (see residuum train), nor a file"
              + " .onnx, .pth, .pt, .th or .safetensors, nor a folder with model.safetensors or"
              + " model.onnx");
    }
    options.requireNone(path.toString());
    return new Model(path, SavedModel.load(path), "");
  }

  static Model read(String name, ByteBuffer contents, LoadOptions options) throws IOException {
    Path path = Path.of(name);
    if (!isOnnx(path) && !WeightFile.isNamedLikeOne(path)) {
      throw new FormatException(
          path, "the name of a model's file ends in .onnx, .pth, .pt, .th, .ckpt or .safetensors");
    }
    return isOnnx(path)
        ? onnx(path, OnnxModel.read(name, contents, output(options)), options, BesideModel.NONE)
        : weights(path, WeightFile.read(name, contents, key(options)), options, BesideModel.NONE);
  }

  private static String output(LoadOptions options) {
    options.requireOnnx();
    return options.output();
  }

  private static String key(LoadOptions options) {
    options.requireWeights();
    return options.key();
  }

  private static Model onnx(Path path, OnnxModel file, LoadOptions options, BesideModel beside)
      throws FormatException {
    Network network = options.channelsFirst(file.network());
    Model model = new Model(path, Model.bare(network, file.parameters()), file.fixedBatch());
    model = model.with(outputs(path, file.metadata(), model.classes()));
    return network.inputs().isEmpty()
        ? model
        : model.with(
            ModelMetadata.ofOnnx(file.metadata(), model.exampleShape(), model.classes())
                .or(beside.metadata(model.exampleShape(), model.classes())));
  }

  /** What a file says that its outputs stand for. */
  private static Outputs outputs(Path path, Map<String, String> metadata, int count)
      throws FormatException {
    try {
      return OnnxProperties.outputs(metadata, count);
    } catch (IllegalArgumentException e) {
      throw new FormatException(path, "its metadata: " + e.getMessage());
    }
  }

  private static Model weights(Path path, WeightFile file, LoadOptions asked, BesideModel beside)
      throws IOException {
    Map<String, String> said = OnnxProperties.ofTask(file.metadata());
    LoadOptions options =
        asked.height() == 0
            ? OnnxProperties.size(said)
                .or(beside::size)
                .map(size -> asked.withSize(size[0], size[1]))
                .orElse(asked)
            : asked;
    if (options.key() == null && !file.others().isEmpty()) {
      options.choice().accept(file.taken(), file.others());
    }
    Network network = options.arch() == null ? found(file, options) : named(file.clues(), options);
    Model model = new Model(path, Model.bare(network, file.parametersOf(network)), "");
    model = model.with(outputs(path, file.metadata(), model.classes()));
    return model.with(
        ModelMetadata.ofOnnx(said, model.exampleShape(), model.classes())
            .or(beside.metadata(model.exampleShape(), model.classes())));
  }

  private static Network found(WeightFile file, LoadOptions options) throws IOException {
    Architecture found = file.architecture();
    return options.height() == 0
        ? found.network()
        : found.network(options.height(), options.width());
  }

  /** A network by name, with channels, classes and shortcuts as the weights have. */
  private static Network named(Clues clues, LoadOptions options) {
    try {
      Shape published =
          Architectures.build(options.arch(), Architectures.Request.PUBLISHED)
              .inputs()
              .get(0)
              .shape();
      return Architectures.build(
          options.arch(), clues.request(published, options.height(), options.width()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("arch " + options.arch() + ": " + e.getMessage(), e);
    }
  }
}
