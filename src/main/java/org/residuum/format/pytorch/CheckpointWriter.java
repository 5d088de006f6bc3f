package org.residuum.format.pytorch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.residuum.format.file.AtomicFile;
import org.residuum.format.file.FloatType;
import org.residuum.format.file.TensorBytes;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;

/** Lays a state_dict out as {@code torch.save} does since 1.6. */
final class CheckpointWriter {
  /** Bytes a tensor may take in the zip beside its elements. */
  private static final long OVERHEAD_BYTES = 1024;

  private final Parameters parameters;
  private final FloatType type;

  CheckpointWriter(Parameters parameters, FloatType type) {
    this.parameters = parameters;
    this.type = type;
  }

  void write(Path path) throws IOException {
    checkSize();
    byte[] pickle = StateDictPickle.of(parameters, element());
    AtomicFile.write(path, channel -> writeZip(channel, pickle));
  }

  private Element element() {
    return switch (type) {
      case F32 -> Element.FLOAT32;
      case F16 -> Element.FLOAT16;
      case BF16 -> Element.BFLOAT16;
      default -> throw new IllegalArgumentException(type + " is read only; write F32, F16 or BF16");
    };
  }

  private void checkSize() {
    long bytes = 0;
    for (Tensor tensor : parameters.asMap().values()) {
      bytes += (long) tensor.shape().elements() * type.bytes() + OVERHEAD_BYTES;
    }
    if (bytes > ZipWriter.MOST_BYTES || parameters.names().size() > ZipWriter.MOST_ENTRIES - 3) {
      throw new IllegalArgumentException(
          parameters.names().size()
              + " tensors of "
              + bytes
              + " bytes; a zip without 64-bit fields holds "
              + ZipWriter.MOST_BYTES
              + " bytes in "
              + ZipWriter.MOST_ENTRIES
              + " entries: write safetensors");
    }
  }

  private void writeZip(FileChannel channel, byte[] pickle) throws IOException {
    ZipWriter zip = new ZipWriter(channel);
    zip.add("archive/data.pkl", pickle);
    zip.add("archive/byteorder", ascii("little"));
    int key = 0;
    for (Tensor tensor : parameters.asMap().values()) {
      long bytes = (long) tensor.shape().elements() * type.bytes();
      zip.add("archive/data/" + key++, bytes, target -> TensorBytes.write(tensor, type, target));
    }
    zip.add("archive/version", ascii("3\n"));
    zip.finish();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
