package org.residuum.data.decode.png;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import org.residuum.data.decode.reader.Bytes;

/** The chunks of a PNG, whose lengths and checksums are right. */
final class PngChunks {
  private static final int SIGNATURE_BYTES = 8;
  private static final int MAX_PROFILE_BYTES = 1 << 24;

  /** A chunk's data in the file. */
  private record Chunk(String type, int from, int length) {}

  private final byte[] file;
  private final List<Chunk> chunks = new ArrayList<>();

  private PngChunks(byte[] file) {
    this.file = file;
  }

  static PngChunks of(byte[] file) throws IOException {
    PngChunks chunks = new PngChunks(file);
    Bytes bytes = Bytes.bigEndian(file);
    int at = SIGNATURE_BYTES;
    while (at < file.length) {
      if (file.length - at < 12) {
        throw new IOException("a PNG that ends inside a chunk: cut short");
      }
      int length = bytes.i32(at);
      String type = bytes.text(at + 4, 4);
      if (length < 0 || length > file.length - at - 12) {
        throw new IOException("a PNG that ends inside its chunk " + type + ": cut short");
      }
      CRC32 crc = new CRC32();
      crc.update(file, at + 4, 4 + length);
      if (bytes.i32(at + 8 + length) != (int) crc.getValue()) {
        throw new IOException("a PNG whose chunk " + type + " has a wrong checksum");
      }
      if (type.equals("IHDR") && chunks.first(type).isPresent()) {
        throw new IOException("a PNG with two headers (IHDR)");
      }
      chunks.chunks.add(new Chunk(type, at + 8, length));
      if (type.equals("IEND")) {
        chunks.requireData();
        return chunks;
      }
      at += 12 + length;
    }
    throw new IOException("a PNG without its end (no IEND chunk): cut short");
  }

  private void requireData() throws IOException {
    if (chunks.stream().noneMatch(chunk -> chunk.type().equals("IDAT"))) {
      throw new IOException("a PNG without pixels (no IDAT chunk)");
    }
  }

  /** The data of the first chunk of a type. */
  Optional<byte[]> first(String type) {
    return chunks.stream()
        .filter(chunk -> chunk.type().equals(type))
        .findFirst()
        .map(chunk -> Arrays.copyOfRange(file, chunk.from(), chunk.from() + chunk.length()));
  }

  /** The compressed pixels. */
  InputStream data() {
    List<InputStream> parts = new ArrayList<>();
    for (Chunk chunk : chunks) {
      if (chunk.type().equals("IDAT")) {
        parts.add(new ByteArrayInputStream(file, chunk.from(), chunk.length()));
      }
    }
    return new SequenceInputStream(Collections.enumeration(parts));
  }

  /** The text under a keyword in a chunk tEXt, zTXt or iTXt; none if it is damaged. */
  Optional<String> text(String keyword) {
    for (Chunk chunk : chunks) {
      boolean international = chunk.type().equals("iTXt");
      boolean compressed = chunk.type().equals("zTXt");
      if (!international && !compressed && !chunk.type().equals("tEXt")) {
        continue;
      }
      byte[] data = Arrays.copyOfRange(file, chunk.from(), chunk.from() + chunk.length());
      if (!Bytes.bigEndian(data).has(0, keyword + '\0')) {
        continue;
      }
      int at = keyword.length() + 1;
      if (international) {
        compressed = at < data.length && data[at] == 1;
        at = afterZero(data, afterZero(data, at + 2)); // Language tag, translated keyword.
      } else if (compressed) {
        at++;
      }
      byte[] rest = Arrays.copyOfRange(data, Math.min(at, data.length), data.length);
      Optional<byte[]> text = compressed ? inflated(rest) : Optional.of(rest);
      return text.map(
          bytes ->
              new String(
                  bytes, international ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
    }
    return Optional.empty();
  }

  private static int afterZero(byte[] data, int at) {
    while (at < data.length && data[at] != 0) {
      at++;
    }
    return at + 1;
  }

  /** The profile in a chunk iCCP: a name, a zero, a zero for the method, deflated bytes. */
  Optional<byte[]> colorProfile() {
    return first("iCCP")
        .flatMap(
            data -> {
              int at = Math.min(data.length, afterZero(data, 0) + 1);
              return inflated(Arrays.copyOfRange(data, at, data.length));
            });
  }

  private static Optional<byte[]> inflated(byte[] deflated) {
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
      byte[] bytes = in.readNBytes(MAX_PROFILE_BYTES);
      return in.read() < 0 ? Optional.of(bytes) : Optional.empty();
    } catch (IOException damaged) {
      return Optional.empty();
    }
  }
}
