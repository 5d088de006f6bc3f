package org.residuum.data.input;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.residuum.data.InvalidDataException;

/**
 * A picture that lies in a file as it is, from a position on.
 *
 * @param className its class, or null
 */
record RangeInput(Path file, long position, int size, String name, String className)
    implements PictureInput {
  @Override
  public Optional<String> label() {
    return Optional.ofNullable(className);
  }

  @Override
  public byte[] bytes() throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return read(channel, position, size);
    } catch (IOException e) {
      throw new InvalidDataException(
          "%s: cannot be read (%s); replace the archive or leave it out"
              .formatted(name, InvalidDataException.reason(e)),
          e);
    }
  }

  static byte[] read(FileChannel channel, long position, int size) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(size);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new EOFException("it ends in the middle of an entry");
      }
    }
    return bytes.array();
  }

  @Override
  public String toString() {
    return name;
  }
}
