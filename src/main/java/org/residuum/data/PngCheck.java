package org.residuum.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;

/** The checksums of a PNG's chunks, which ImageIO does not look at. */
final class PngCheck {
  private static final long SIGNATURE = 0x89504e470d0a1a0aL;

  private PngCheck() {}

  /** What is wrong, if the bytes are a PNG and something is. */
  static Optional<String> problem(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.remaining() < 8 || in.getLong() != SIGNATURE) {
      return Optional.empty();
    }
    boolean data = false;
    while (in.hasRemaining()) {
      if (in.remaining() < 12) {
        return Optional.of("a PNG that ends inside a chunk");
      }
      int length = in.getInt();
      String type = new String(bytes, in.position(), 4, StandardCharsets.ISO_8859_1);
      if (length < 0 || length > in.remaining() - 8) {
        return Optional.of("a PNG that ends inside its chunk " + type);
      }
      CRC32 crc = new CRC32();
      crc.update(bytes, in.position(), 4 + length);
      in.position(in.position() + 4 + length);
      if (in.getInt() != (int) crc.getValue()) {
        return Optional.of("a PNG whose chunk " + type + " has a wrong checksum");
      }
      data |= type.equals("IDAT");
      if (type.equals("IEND")) {
        return data ? Optional.empty() : Optional.of("a PNG without pixels (no IDAT chunk)");
      }
    }
    return Optional.of("a PNG without its end (no IEND chunk)");
  }
}
