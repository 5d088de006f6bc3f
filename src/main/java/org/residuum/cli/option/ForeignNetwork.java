package org.residuum.cli.option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.residuum.cli.text.Console;
import org.residuum.format.onnx.OnnxModel;
import org.residuum.format.weights.Architecture;
import org.residuum.format.weights.Clues;
import org.residuum.format.weights.WeightFile;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Shortcut;

/**
 * A network out of a file from elsewhere: ONNX, or weights of a built-in network.
 *
 * @param parameters a tensor for each of the network's parameters
 * @param fixedBatch why the batch size that an ONNX file states cannot be another; "" where it can
 */
public record ForeignNetwork(Network network, Parameters parameters, String fixedBatch) {
  private static final int MOST_OTHERS = 10;

  /** Whether a file's name ends like that of a network or of weights. */
  static boolean isNamedLikeOne(Path path) {
    return isOnnx(path) || WeightFile.isNamedLikeOne(path);
  }

  public static boolean isOnnx(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
  }

  /**
   * Reads a file.
   *
   * @param dataSize height and width of the pictures that it is for, or null
   * @param console where it is said which of several networks is taken
   */
  public static ForeignNetwork read(Path path, ArchOptions options, int[] dataSize, Console console)
      throws IOException {
    if (isOnnx(path)) {
      options.requireOnnx();
      OnnxModel model = OnnxModel.read(path, options.output());
      Network network =
          options.channelsLast() ? ChannelsFirst.of(model.network()) : model.network();
      return new ForeignNetwork(network, model.parameters(), model.fixedBatch());
    }
    options.requireWeights();
    WeightFile file = WeightFile.read(path, options.key());
    tellChoice(file, options, console);
    Network network = network(file, options, dataSize);
    return new ForeignNetwork(network, file.parametersOf(network), "");
  }

  /** Says which weights are taken where the file holds several. */
  public static void tellChoice(WeightFile file, ArchOptions options, Console console) {
    if (options.key() == null && !file.others().isEmpty()) {
      console.say(
          "weights   %s is read; the file also holds %s: choose with --key",
          file.location().isEmpty() ? "its state_dict" : file.location(),
          String.join(", ", file.others().subList(0, Math.min(MOST_OTHERS, file.others().size()))));
    }
  }

  private static Network network(WeightFile file, ArchOptions options, int[] dataSize)
      throws IOException {
    int[] size = options.size() == null ? dataSize : options.size();
    if (options.arch() != null) {
      return named(options.arch(), file.clues(), size);
    }
    Architecture found = file.architecture();
    return size == null ? found.network() : found.network(size[0], size[1]);
  }

  /** The network of {@code --arch}, with channels, classes and shortcuts as the weights have. */
  private static Network named(String name, Clues clues, int[] size) {
    if (!Models.isName(name)) {
      throw Models.unknown("--arch", name);
    }
    Shape published = Models.build(name, Models.Request.PUBLISHED).inputs().get(0).shape();
    Shape example = null;
    if (published.rank() == 4) {
      int channels = clues.channels() == 0 ? published.extent(1) : clues.channels();
      int height = size == null ? published.extent(2) : size[0];
      int width = size == null ? published.extent(3) : size[1];
      example = Shape.of(channels, height, width);
    } else if (clues.features() > 0) {
      example = Shape.of(clues.features());
    }
    Shortcut shortcut = clues.projects() ? Shortcut.PROJECTION : null;
    return Models.build(name, new Models.Request(example, clues.classes(), shortcut));
  }
}
