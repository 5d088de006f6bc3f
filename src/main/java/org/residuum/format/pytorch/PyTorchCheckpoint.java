package org.residuum.format.pytorch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.format.FormatException;
import org.residuum.format.file.FloatType;
import org.residuum.format.file.MappedFile;
import org.residuum.network.ElementType;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;

/**
 * The state_dict of a file that {@code torch.save} wrote, and what else was in it.
 *
 * @param parameters in the order of the state_dict. 32-bit floats in row-major order are read-only
 *     views of the mapped file, all else is a converted copy
 * @param skipped entries of the state_dict that are no floats, described: {@code
 *     bn1.num_batches_tracked} → {@code int64 []}
 * @param extras what the checkpoint holds beside the state_dict, described: {@code epoch} → {@code
 *     90}
 * @param container how the file is built
 * @param location the keys that lead to the state_dict, joined by dots: {@code state_dict}; empty
 *     where the file holds nothing else
 * @param prefix what stood before every name and was taken off: {@code module.}, or nothing
 * @param others the locations of further state_dicts, such as averaged weights
 */
public record PyTorchCheckpoint(
    Parameters parameters,
    Map<String, String> skipped,
    Map<String, String> extras,
    Container container,
    String location,
    String prefix,
    List<String> others) {

  /** How a file is built: as a zip, or as the pickles of PyTorch before 1.6. */
  public enum Container {
    ZIP,
    LEGACY
  }

  private static final int ZIP_MAGIC = 0x04034b50;
  private static final int PICKLE_PROTOCOL_OPCODE = 0x80;
  private static final int TAR_MAGIC_OFFSET = 257;

  /**
   * Reads a checkpoint. Nothing in the file is executed.
   *
   * @throws FormatException for a file that is damaged, or that pickles anything but tensors and
   *     plain values; it names the class and the remedy
   */
  public static PyTorchCheckpoint read(Path path) throws IOException {
    return read(path, null);
  }

  /**
   * The same for one of several state_dicts.
   *
   * @param key its location, or the start of the names that are meant; null for the likeliest
   */
  public static PyTorchCheckpoint read(Path path, String key) throws IOException {
    return MappedFile.open(path).read(file -> read(file, key));
  }

  /**
   * The same out of memory.
   *
   * @param name for messages
   * @param bytes all of the file, from position to limit; tensors may be views of them
   */
  public static PyTorchCheckpoint read(String name, ByteBuffer bytes, String key)
      throws IOException {
    return read(MappedFile.of(Path.of(name), bytes), key);
  }

  static PyTorchCheckpoint read(MappedFile file) throws IOException {
    return read(file, null);
  }

  private static PyTorchCheckpoint read(MappedFile file, String key) throws IOException {
    Checkpoint checkpoint = open(file);
    StateDicts.Found found = StateDicts.find(file.path(), checkpoint, key);
    TensorLoader loader = new TensorLoader(file, checkpoint.storages());
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> skipped = new LinkedHashMap<>();
    for (Map.Entry<String, Object> entry : found.values().entrySet()) {
      if (entry.getValue() instanceof TensorRef ref && ref.element().floats != null) {
        tensors.put(entry.getKey(), loader.load(entry.getKey(), ref));
      } else {
        skipped.put(entry.getKey(), StateDicts.describe(entry.getValue()));
      }
    }
    return new PyTorchCheckpoint(
        new Parameters(tensors),
        Collections.unmodifiableMap(skipped),
        extras(checkpoint.root(), found.location()),
        checkpoint.container(),
        found.location(),
        found.prefix(),
        List.copyOf(found.others()));
  }

  private static Checkpoint open(MappedFile file) throws IOException {
    ByteBuffer magic = file.slice(0, Math.min(file.size(), TAR_MAGIC_OFFSET + 5));
    if (magic.remaining() >= 4 && magic.getInt(0) == ZIP_MAGIC) {
      return ZipCheckpoint.read(file);
    }
    if (magic.hasRemaining() && (magic.get(0) & 0xff) == PICKLE_PROTOCOL_OPCODE) {
      return LegacyCheckpoint.read(file);
    }
    if (StandardCharsets.ISO_8859_1.decode(magic).toString().endsWith("ustar")) {
      throw new FormatException(
          file.path(),
          TAR_MAGIC_OFFSET,
          "is a tar, the format of the first PyTorch releases; load it in Python and torch.save"
              + " its state_dict");
    }
    throw new FormatException(
        file.path(), 0, "is neither a zip nor a pickle, which is what torch.save writes");
  }

  private static Map<String, String> extras(Object root, String location) {
    Map<String, String> extras = new LinkedHashMap<>();
    if (!location.isEmpty()) {
      ((Map<?, ?>) root)
          .forEach(
              (key, value) -> {
                if (!location.equals(key) && !location.startsWith(key + ".")) {
                  extras.put(keyText(key), StateDicts.describe(value));
                }
              });
    }
    return Collections.unmodifiableMap(extras);
  }

  private static String keyText(Object key) {
    return key instanceof String text ? text : StateDicts.describe(key);
  }

  /**
   * Writes a state_dict of 32-bit floats as a zip that {@code torch.load} opens. The file appears
   * whole or not at all; an old one of that name stays until then.
   */
  public static void write(Path path, Parameters parameters) throws IOException {
    write(path, parameters, ElementType.F32);
  }

  /**
   * The same in another type.
   *
   * @param type {@code F32}, {@code F16} or {@code BF16}
   */
  public static void write(Path path, Parameters parameters, ElementType type) throws IOException {
    new CheckpointWriter(parameters, FloatType.of(type)).write(path);
  }
}
