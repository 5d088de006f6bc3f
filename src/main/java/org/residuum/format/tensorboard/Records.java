package org.residuum.format.tensorboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A file of records as TensorFlow frames them: the length (8 bytes, little endian), its masked
 * CRC-32C (4 bytes), the data, their masked CRC-32C. Records are gathered and written together.
 *
 * <p>Source: "TFRecord and tf.train.Example", TensorFlow documentation, "TFRecords format details".
 */
final class Records implements AutoCloseable {
  private static final int GATHERED = 1 << 16;
  private static final int AROUND = Long.BYTES + 2 * Integer.BYTES;
  private static final int MASK = 0xa282ead8;

  private final FileChannel channel;
  private final CRC32C crc = new CRC32C();
  private ByteBuffer gathered = room(GATHERED);

  /** A new file. */
  Records(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private static ByteBuffer room(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  void add(byte[] data) throws IOException {
    if (gathered.remaining() < data.length + AROUND) {
      flush();
    }
    if (gathered.capacity() < data.length + AROUND) {
      gathered = room(data.length + AROUND);
    }
    byte[] length = new byte[Long.BYTES];
    for (int i = 0; i < Integer.BYTES; i++) {
      length[i] = (byte) (data.length >>> (Byte.SIZE * i));
    }
    gathered.put(length).putInt(masked(length));
    gathered.put(data).putInt(masked(data));
  }

  /** Rotated by 15 bits, plus a constant: the CRC of data that hold a CRC would be no good one. */
  private int masked(byte[] bytes) {
    crc.reset();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  void flush() throws IOException {
    gathered.flip();
    while (gathered.hasRemaining()) {
      channel.write(gathered);
    }
    gathered.clear();
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      flush();
    }
  }
}
