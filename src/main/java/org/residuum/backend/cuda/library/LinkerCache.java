package org.residuum.backend.cuda.library;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the list of libraries that {@code ldconfig} keeps for the dynamic linker.
 *
 * <p>The layout is glibc's {@code cache_file_new}: a magic text, the number of entries, and entries
 * of 24 bytes whose name and path are offsets from the start of that header. Older files hold a
 * table of the old layout before it.
 */
final class LinkerCache {
  private static final byte[] MAGIC = "glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = 48;
  private static final int ENTRY_BYTES = 24;

  private LinkerCache() {}

  /** The paths that the cache gives for a library, best first; none where it cannot be read. */
  static List<Path> paths(Path cache, String library) {
    try {
      return Files.isReadable(cache) ? paths(Files.readAllBytes(cache), library) : List.of();
    } catch (IOException | IndexOutOfBoundsException e) {
      return List.of();
    }
  }

  private static List<Path> paths(byte[] bytes, String library) {
    int start = start(bytes);
    if (start < 0) {
      return List.of();
    }
    ByteBuffer table = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<Path> found = new ArrayList<>();
    int entries = table.getInt(start + MAGIC.length);
    for (int i = 0; i < entries; i++) {
      int entry = start + HEADER_BYTES + i * ENTRY_BYTES;
      if (text(bytes, start + table.getInt(entry + 4)).equals(library)) {
        found.add(Path.of(text(bytes, start + table.getInt(entry + 8))));
      }
    }
    return found;
  }

  private static int start(byte[] bytes) {
    for (int at = 0; at + HEADER_BYTES <= bytes.length; at += 4) {
      if (matches(bytes, at)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean matches(byte[] bytes, int at) {
    for (int i = 0; i < MAGIC.length; i++) {
      if (bytes[at + i] != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  private static String text(byte[] bytes, int at) {
    int end = at;
    while (bytes[end] != 0) {
      end++;
    }
    return new String(bytes, at, end - at, StandardCharsets.UTF_8);
  }
}
