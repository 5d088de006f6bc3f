package org.residuum.format.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.format.file.Extents;
import org.residuum.format.file.FloatType;
import org.residuum.format.file.MappedFile;
import org.residuum.network.ElementType;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

/**
 * The contents of a safetensors file.
 *
 * @param parameters in the order of the header. F32 tensors are read-only views of the mapped file;
 *     F64, F16, BF16 and the 8-bit floats are converted copies
 * @param metadata the strings under {@code __metadata__}
 * @param skipped the tensors that are not floats, with type and shape: {@code
 *     bn1.num_batches_tracked} → {@code I64 []}
 */
public record SafeTensors(
    Parameters parameters, Map<String, String> metadata, Map<String, String> skipped) {

  /**
   * Maps a file and checks its header.
   *
   * @throws org.residuum.format.FormatException for a file that breaks a rule of the format, naming
   *     the tensor or the offset
   */
  public static SafeTensors read(Path path) throws IOException {
    return MappedFile.open(path).read(SafeTensors::read);
  }

  /**
   * The same out of memory.
   *
   * @param name for messages
   * @param bytes all of the file, from position to limit; tensors may be views of them
   */
  public static SafeTensors read(String name, ByteBuffer bytes) throws IOException {
    return read(MappedFile.of(Path.of(name), bytes));
  }

  static SafeTensors read(MappedFile file) throws IOException {
    Header header = Header.read(file);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> skipped = new LinkedHashMap<>();
    for (Entry entry : header.entries.values()) {
      if (entry.type().floats == null) {
        skipped.put(entry.name(), entry.describe());
      } else {
        tensors.put(entry.name(), tensor(file, header, entry));
      }
    }
    return new SafeTensors(
        new Parameters(tensors),
        Collections.unmodifiableMap(header.metadata),
        Collections.unmodifiableMap(skipped));
  }

  private static Tensor tensor(MappedFile file, Header header, Entry entry) throws IOException {
    Shape shape = Extents.shape(file.path(), entry.name(), entry.extents());
    ByteBuffer bytes = file.slice(header.dataStart + entry.begin(), entry.end() - entry.begin());
    return new Tensor(shape, entry.type().floats.type(), entry.type().floats.decode(bytes));
  }

  /**
   * Writes 32-bit floats. The file appears whole or not at all; an old one of that name stays until
   * then.
   */
  public static void write(Path path, Parameters parameters, Map<String, String> metadata)
      throws IOException {
    write(path, parameters, metadata, ElementType.F32);
  }

  /**
   * The same in another type.
   *
   * @param type {@code F32}, {@code F16} or {@code BF16}
   */
  public static void write(
      Path path, Parameters parameters, Map<String, String> metadata, ElementType type)
      throws IOException {
    new SafeTensorsWriter(parameters, metadata, FloatType.of(type)).write(path);
  }
}
