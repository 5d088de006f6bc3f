package org.residuum.format.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.residuum.format.FormatException;
import org.residuum.format.file.Extents;
import org.residuum.format.file.MappedFile;

/** Decodes tensors: 32-bit floats as views of the mapped file, all else converted once. */
final class Tensors {
  private final Path file;
  private final boolean alone;
  private final Budget budget;
  private final Map<String, MappedFile> externals = new HashMap<>();

  /**
   * @param alone whether no folder with external data belongs to the file
   */
  Tensors(Path file, boolean alone, Budget budget) {
    this.alone = alone;
    this.file = file;
    this.budget = budget;
  }

  /** The values of a tensor, checked against its shape. */
  Constant decode(TensorProto tensor) throws IOException {
    int[] extents = Extents.shape(file, tensor.name(), tensor.dims()).toArray();
    if (extents.length > 0 && extents[0] < 0) {
      throw error(tensor, "extent " + extents[0] + " is negative");
    }
    int elements = 1;
    for (int extent : extents) {
      elements *= extent;
    }
    if (tensor.type().bytes == 0) {
      throw error(tensor, "type " + tensor.type() + " is not supported; floats and integers are");
    }
    ByteBuffer bytes = bytes(tensor, elements);
    if (bytes != null) {
      return fromBytes(tensor, extents, elements, bytes);
    }
    requireCount(tensor, elements, tensor.data().integers().length);
    return tensor.type().isFloat()
        ? Constant.ofFloats(extents, fromBits(tensor))
        : Constant.ofLongs(extents, tensor.data().integers());
  }

  /** The elements as bytes of their type; null if they are in an integer field. */
  private ByteBuffer bytes(TensorProto tensor, int elements) throws IOException {
    if (!tensor.external().isEmpty()) {
      return external(tensor, (long) elements * tensor.type().bytes);
    }
    if (tensor.data().raw() != null) {
      return tensor.data().raw();
    }
    boolean wide = tensor.type() == DataType.FLOAT || tensor.type() == DataType.DOUBLE;
    return wide ? tensor.data().fixed() : null;
  }

  private Constant fromBytes(TensorProto tensor, int[] extents, int elements, ByteBuffer bytes)
      throws FormatException {
    int width = tensor.type().bytes;
    if (bytes.limit() != (long) elements * width) {
      throw error(
          tensor,
          "has "
              + bytes.limit()
              + " bytes where "
              + elements
              + " elements of "
              + tensor.type()
              + " need "
              + (long) elements * width);
    }
    if (tensor.type().isFloat()) {
      if (tensor.type() != DataType.FLOAT) {
        budget.charge((long) Float.BYTES * elements, where(tensor));
      }
      FloatBuffer floats = tensor.type().floats.decode(bytes);
      return Constant.ofFloats(extents, floats);
    }
    budget.charge((long) Long.BYTES * elements, where(tensor));
    long[] longs = new long[elements];
    for (int i = 0; i < elements; i++) {
      longs[i] = integer(tensor.type(), bytes, i);
    }
    return Constant.ofLongs(extents, longs);
  }

  private static long integer(DataType type, ByteBuffer bytes, int index) {
    return switch (type.bytes) {
      case 1 -> type.isUnsigned() ? Byte.toUnsignedLong(bytes.get(index)) : bytes.get(index);
      case 2 -> {
        short value = bytes.getShort(2 * index);
        yield type.isUnsigned() ? Short.toUnsignedLong(value) : value;
      }
      case 4 -> {
        int value = bytes.getInt(4 * index);
        yield type.isUnsigned() ? Integer.toUnsignedLong(value) : value;
      }
      default -> bytes.getLong(8 * index);
    };
  }

  /** 16-bit floats kept as integers, the typed form of {@code FLOAT16} and {@code BFLOAT16}. */
  private FloatBuffer fromBits(TensorProto tensor) throws FormatException {
    int width = tensor.type().bytes;
    long[] bits = tensor.data().integers();
    budget.charge((long) (Float.BYTES + width) * bits.length, where(tensor));
    ByteBuffer bytes =
        ByteBuffer.allocate(width * bits.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    for (long value : bits) {
      if (width == 1) {
        bytes.put((byte) value);
      } else {
        bytes.putShort((short) value);
      }
    }
    return tensor.type().floats.decode(bytes.flip());
  }

  private ByteBuffer external(TensorProto tensor, long expected) throws IOException {
    String location = tensor.external().getOrDefault("location", "");
    long offset = number(tensor, "offset", 0);
    long length = number(tensor, "length", expected);
    return open(tensor, location).slice(offset, length);
  }

  private long number(TensorProto tensor, String key, long missing) throws FormatException {
    String text = tensor.external().get(key);
    try {
      return text == null ? missing : Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw error(tensor, "external " + key + " " + FormatException.quote(text) + " is no number");
    }
  }

  private MappedFile open(TensorProto tensor, String location) throws IOException {
    MappedFile open = externals.get(location);
    if (open == null) {
      open = MappedFile.open(inside(tensor, location));
      externals.put(location, open);
    }
    return open;
  }

  /** The external file, which must lie in the model's own folder or below, links followed. */
  private Path inside(TensorProto tensor, String location) throws IOException {
    if (alone) {
      throw error(
          tensor,
          "its data are in another file, "
              + FormatException.quote(location)
              + "; read the model by its path");
    }
    Path folder = file.toAbsolutePath().normalize().getParent();
    Path path;
    try {
      path = Path.of(location);
    } catch (java.nio.file.InvalidPathException e) {
      throw error(tensor, "external data at " + FormatException.quote(location) + ", no file name");
    }
    boolean relative = !location.isEmpty() && !path.isAbsolute();
    for (Path part : path) {
      relative &= !part.toString().equals("..");
    }
    Path target = relative ? folder.resolve(path) : null;
    if (target != null && !Files.exists(target)) {
      throw error(tensor, "its data is expected in " + target + ", which is not there");
    }
    if (target == null || !target.toRealPath().startsWith(folder.toRealPath())) {
      throw error(
          tensor,
          "external data at "
              + FormatException.quote(location)
              + " is refused; it must lie in the model's folder");
    }
    return target;
  }

  private void requireCount(TensorProto tensor, int wanted, int found) throws FormatException {
    if (wanted != found) {
      throw error(tensor, "has " + found + " values where its shape needs " + wanted);
    }
  }

  private static String where(TensorProto tensor) {
    return "tensor " + FormatException.quote(tensor.name()) + " at offset " + tensor.offset();
  }

  private FormatException error(TensorProto tensor, String problem) {
    return new FormatException(file, where(tensor), problem);
  }
}
