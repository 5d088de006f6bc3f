package org.residuum.format.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
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
 * @param metadata what the file says beside its tensors; none of a checkpoint
 * @param description what the file is, in a few words
 * @param location the keys that lead to the weights in a checkpoint; empty where there are none
 * @param others the locations of further weights in it, such as averaged ones
 */
public record WeightFile(
    Path path,
    Parameters weights,
    Map<String, String> skipped,
    Map<String, String> metadata,
    String description,
    String location,
    List<String> others) {
  private static final String SAFETENSORS = ".safetensors";

  /** Which of several weights these are, in words. */
  public String taken() {
    return location.isEmpty() ? "its state_dict" : location;
  }

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
    return read(path, null);
  }

  /**
   * Reads some of the weights in a file.
   *
   * @param key the keys that lead to them in a checkpoint, joined by dots, or what their names
   *     start with; null for all, or for the likeliest of several
   * @throws FormatException as above, and for a key that is not there, naming those that are
   */
  public static WeightFile read(Path path, String key) throws IOException {
    if (name(path).endsWith(SAFETENSORS)) {
      return of(path, SafeTensors.read(path), key);
    }
    requireCheckpoint(path);
    return of(path, PyTorchCheckpoint.read(path, key));
  }

  /** The same out of memory; the end of the name tells the format. */
  public static WeightFile read(String name, ByteBuffer bytes, String key) throws IOException {
    Path path = Path.of(name);
    if (name(path).endsWith(SAFETENSORS)) {
      return of(path, SafeTensors.read(name, bytes), key);
    }
    requireCheckpoint(path);
    return of(path, PyTorchCheckpoint.read(name, bytes, key));
  }

  private static void requireCheckpoint(Path path) throws FormatException {
    if (!isCheckpoint(name(path))) {
      throw new FormatException(
          path, "a file of weights is named .pth, .pt, .th, .ckpt or .safetensors");
    }
  }

  private static WeightFile of(Path path, SafeTensors file, String key) throws IOException {
    Parameters weights =
        key == null ? file.parameters() : Prefixes.select(path, file.parameters(), key);
    return new WeightFile(
        path, weights, file.skipped(), file.metadata(), "safetensors", "", List.of());
  }

  private static WeightFile of(Path path, PyTorchCheckpoint file) {
    String container = file.container().name().toLowerCase(Locale.ROOT);
    return new WeightFile(
        path,
        file.parameters(),
        file.skipped(),
        Map.of(),
        "PyTorch checkpoint (" + container + ")",
        file.location(),
        file.others());
  }

  /**
   * The built-in network that the names and shapes tell.
   *
   * @throws FormatException where they are those of no built-in network
   */
  public Architecture architecture() throws FormatException {
    try {
      return ArchitectureFinder.find(Prefixes.strip(weights));
    } catch (IllegalArgumentException e) {
      throw new FormatException(path, e.getMessage());
    }
  }

  /** What the weights tell of the ends of a network. */
  public Clues clues() {
    return Clues.of(Prefixes.strip(weights));
  }

  /**
   * The weights under the names of a network.
   *
   * @throws FormatException listing what is missing, what has another shape and what is left over
   */
  public Parameters parametersOf(Network network) throws FormatException {
    return new Mapping(path, Prefixes.strip(weights), skipped, network).parameters();
  }
}
