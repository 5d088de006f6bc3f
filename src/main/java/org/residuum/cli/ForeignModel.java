package org.residuum.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.format.model.SavedModel;
import org.residuum.format.onnx.OnnxModel;
import org.residuum.format.weights.Architecture;
import org.residuum.format.weights.Clues;
import org.residuum.format.weights.WeightFile;
import org.residuum.network.Network;
import org.residuum.network.Shape;
import org.residuum.network.Shortcut;

/** A network out of a file from elsewhere: ONNX, or weights of a built-in network. */
final class ForeignModel {
  /** Below it, pictures are squashed; above, cropped as for ImageNet. */
  private static final int SMALLEST_CROPPED = 128;

  private static final List<Integer> CROP = List.of(256, 224);

  private final Path path;
  private final ForeignOptions options;
  private final Preset ofData;

  /**
   * A file.
   *
   * @param ofData the preset of the data that it is for; null where there is none
   */
  ForeignModel(Path path, ForeignOptions options, Preset ofData) {
    this.path = path;
    this.options = options;
    this.ofData = ofData;
  }

  /** Whether a file's name ends like that of a network or of weights. */
  static boolean isNamedLikeOne(Path path) {
    return isOnnx(path) || WeightFile.isNamedLikeOne(path);
  }

  static boolean isOnnx(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
  }

  /** The network with its weights, without preprocessing. */
  SavedModel read() throws IOException {
    List<String> labels = options.labels();
    if (isOnnx(path)) {
      OnnxModel model = OnnxModel.read(path);
      return new SavedModel(model.network(), model.parameters(), labels, Map.of(), Map.of());
    }
    WeightFile file = WeightFile.read(path);
    Network network = network(file);
    return new SavedModel(network, file.parametersOf(network), labels, Map.of(), Map.of());
  }

  /** The same with preprocessing, which is told on {@code console}. */
  SavedModel readWithPreprocessing(Console console) throws IOException {
    SavedModel model = read();
    Shape input = model.network().inputs().get(0).shape();
    int[] extents = input.toArray();
    Preprocessing preprocessing =
        preprocessing(Shape.of(Arrays.copyOfRange(extents, 1, extents.length)), console);
    return new SavedModel(
        model.network(),
        model.parameters(),
        model.labels(),
        preprocessing.toMap(),
        model.training());
  }

  private Network network(WeightFile file) throws IOException {
    int[] size = options.size() != null || ofData == null ? options.size() : ofData.size();
    if (options.arch() != null) {
      return named(file.clues(), size);
    }
    Architecture found = file.architecture();
    return size == null ? found.network() : found.network(size[0], size[1]);
  }

  /** The network of {@code --arch}, with as many channels and classes as the weights have. */
  private Network named(Clues clues, int[] size) {
    Shortcut shortcut = ShapeOptions.shortcut(options.shortcut());
    Shape published =
        Models.build(options.arch(), new Models.Request(null, 0, shortcut)).inputs().get(0).shape();
    Shape example = null;
    if (published.rank() == 4) {
      int channels = clues.channels() == 0 ? published.extent(1) : clues.channels();
      int height = size == null ? published.extent(2) : size[0];
      int width = size == null ? published.extent(3) : size[1];
      example = Shape.of(channels, height, width);
    } else if (clues.features() > 0) {
      example = Shape.of(clues.features());
    }
    return Models.build(options.arch(), new Models.Request(example, clues.classes(), shortcut));
  }

  private Preprocessing preprocessing(Shape example, Console console) {
    int channels = example.extent(0);
    Preset preset = options.preset() != null ? options.preset() : ofData;
    boolean given = options.mean() != null && options.std() != null;
    if (preset == null && !given) {
      if (example.rank() != 1) {
        throw CommandFailure.usage(
            "--model "
                + path
                + ": such a file does not say how its pictures were normalised; add --preset"
                + " imagenet (or cifar10, cifar100, mnist, raw), or --mean and --std");
      }
      preset = Preset.raw;
    }
    float[] mean =
        options.mean() == null ? preset.mean(channels) : values(options.mean(), channels);
    float[] std = options.std() == null ? preset.std(channels) : values(options.std(), channels);
    Preprocessing preprocessing = new Preprocessing(example, mean, std, resize(example, preset));
    console
        .err()
        .println(
            String.format(
                "pictures  %s, mean %s, std %s%s",
                example,
                Arrays.toString(mean),
                Arrays.toString(std),
                given ? "" : " (preset " + preset + ")"));
    console.err().flush();
    return preprocessing;
  }

  private static Resize resize(Shape example, Preset preset) {
    int side = example.rank() == 3 ? Math.min(example.extent(1), example.extent(2)) : 0;
    return preset == Preset.imagenet && side >= SMALLEST_CROPPED
        ? Resize.crop(side * CROP.get(0) / CROP.get(1))
        : Resize.squash();
  }

  /** A value a channel; one value stands for all. */
  private static float[] values(List<Float> values, int channels) {
    float[] array = new float[values.size() == 1 ? channels : values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(values.size() == 1 ? 0 : i);
    }
    return array;
  }
}
