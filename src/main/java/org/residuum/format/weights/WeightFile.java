package org.residuum.format.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.residuum.format.FormatException;
import org.residuum.format.pytorch.PyTorchCheckpoint;
import org.residuum.format.safetensors.SafeTensors;
import org.residuum.network.Network;
import org.residuum.network.Parameters;

/**
 * A file of weights alone: a PyTorch checkpoint or safetensors.
 *
 * @param weights its tensors of floats under the file's names, a prefix of all of them taken off
 * @param skipped its other tensors, described
 * @param description what the file is, in a few words
 */
public record WeightFile(
    Path path, Parameters weights, Map<String, String> skipped, String description) {
  private static final String SAFETENSORS = ".safetensors";

  /** Whether the file's name ends like that of a checkpoint: .pth, .pt, .th, .safetensors ... */
  public static boolean isNamedLikeOne(Path path) {
    String name = name(path);
    return isCheckpoint(name) || name.endsWith(SAFETENSORS);
  }

  private static boolean isCheckpoint(String name) {
    return name.matches(".*\\.(pth|pt|th|ckpt|tar|bin)");
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a file by the end of its name.
   *
   * @throws FormatException for a damaged or hostile file, or another end
   */
  public static WeightFile read(Path path) throws IOException {
    if (name(path).endsWith(SAFETENSORS)) {
      SafeTensors file = SafeTensors.read(path);
      return new WeightFile(path, file.parameters(), file.skipped(), "safetensors");
    }
    if (!isCheckpoint(name(path))) {
      throw new FormatException(
          path, "a file of weights is named .pth, .pt, .th, .ckpt or .safetensors");
    }
    PyTorchCheckpoint file = PyTorchCheckpoint.read(path);
    String container = file.container().name().toLowerCase(Locale.ROOT);
    return new WeightFile(
        path, file.parameters(), file.skipped(), "PyTorch checkpoint (" + container + ")");
  }

  /**
   * The built-in network that the names and shapes tell.
   *
   * @throws FormatException where they are those of no built-in network
   */
  public Architecture architecture() throws FormatException {
    try {
      return ArchitectureFinder.find(weights);
    } catch (IllegalArgumentException e) {
      throw new FormatException(path, e.getMessage());
    }
  }

  /** What the weights tell of the ends of a network. */
  public Clues clues() {
    return Clues.of(weights);
  }

  /**
   * The weights under the names of a network.
   *
   * @throws FormatException listing what is missing, what has another shape and what is left over
   */
  public Parameters parametersOf(Network network) throws FormatException {
    return new Mapping(path, weights, network).parameters();
  }
}
