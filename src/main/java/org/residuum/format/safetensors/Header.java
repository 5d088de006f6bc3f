package org.residuum.format.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.residuum.format.FormatException;
import org.residuum.format.file.MappedFile;

/**
 * The header of a file, checked: every name once, every size right, and the tensors side by side
 * from the first byte of the data to the last.
 */
final class Header {
  /** The limit of the reference implementation. */
  static final long MOST_BYTES = 100_000_000;

  /** Keeps a hostile header's objects far below 256 MB of heap. */
  static final int MOST_ENTRIES = 100_000;

  private static final int MOST_AXES = 64;
  private static final String METADATA = "__metadata__";

  final Map<String, Entry> entries = new LinkedHashMap<>();
  final Map<String, String> metadata = new LinkedHashMap<>();

  /** Offset in the file of the first byte of the data. */
  final long dataStart;

  private final Path file;
  private final JsonCursor json;

  private Header(MappedFile mapped) throws IOException {
    file = mapped.path();
    long length = readLength(mapped);
    dataStart = Long.BYTES + length;
    ByteBuffer bytes = mapped.slice(Long.BYTES, length);
    json = new JsonCursor(file, bytes, Long.BYTES);
    if (!bytes.hasRemaining() || bytes.get(0) != '{') {
      throw json.error("the header must begin with '{'; this is no safetensors file");
    }
  }

  static Header read(MappedFile mapped) throws IOException {
    Header header = new Header(mapped);
    header.readObject();
    header.checkLayout(mapped.size() - header.dataStart);
    return header;
  }

  private static long readLength(MappedFile mapped) throws IOException {
    long length = mapped.slice(0, Long.BYTES).getLong();
    if (length < 0 || length > MOST_BYTES) {
      throw new FormatException(
          mapped.path(),
          0,
          "a header of "
              + Long.toUnsignedString(length)
              + " bytes, the limit is "
              + MOST_BYTES
              + "; this is no safetensors file");
    }
    return length;
  }

  private void readObject() throws IOException {
    json.expect('{');
    boolean more = !json.accept('}');
    while (more) {
      String name = json.string();
      json.expect(':');
      if (name.equals(METADATA)) {
        readMetadata();
      } else {
        readEntry(name);
      }
      more = json.more('}');
    }
    json.expectEnd();
  }

  private void readMetadata() throws IOException {
    json.expect('{');
    boolean more = !json.accept('}');
    while (more) {
      String key = json.string();
      json.expect(':');
      if (metadata.putIfAbsent(key, json.string()) != null) {
        throw json.error("metadata " + FormatException.quote(key) + " appears twice");
      }
      checkCount(metadata.size());
      more = json.more('}');
    }
  }

  private void readEntry(String name) throws IOException {
    DataType type = null;
    long[] extents = null;
    long[] offsets = null;
    json.expect('{');
    do {
      String key = json.string();
      json.expect(':');
      if (key.equals("dtype") && type == null) {
        type = dataType(name, json.string());
      } else if (key.equals("shape") && extents == null) {
        extents = numbers();
      } else if (key.equals("data_offsets") && offsets == null) {
        offsets = numbers();
      } else {
        throw error(name, "key " + FormatException.quote(key) + " is unknown or appears twice");
      }
    } while (json.more('}'));
    if (type == null || extents == null || offsets == null || offsets.length != 2) {
      throw error(name, "needs dtype, shape and two data_offsets");
    }
    add(new Entry(name, type, extents, offsets[0], offsets[1]));
  }

  private void add(Entry entry) throws IOException {
    if (entries.putIfAbsent(entry.name(), entry) != null) {
      throw error(entry.name(), "appears twice");
    }
    checkCount(entries.size());
  }

  private void checkCount(int count) throws IOException {
    if (count > MOST_ENTRIES) {
      throw json.error("over " + MOST_ENTRIES + " entries in one header");
    }
  }

  private DataType dataType(String name, String word) throws IOException {
    for (DataType type : DataType.values()) {
      if (type.name().equals(word)) {
        return type;
      }
    }
    String known =
        EnumSet.allOf(DataType.class).stream().map(Enum::name).collect(Collectors.joining(", "));
    throw error(name, "dtype " + FormatException.quote(word) + " is unknown; known: " + known);
  }

  private long[] numbers() throws IOException {
    long[] numbers = new long[MOST_AXES];
    int count = 0;
    json.expect('[');
    boolean more = !json.accept(']');
    while (more) {
      if (count == MOST_AXES) {
        throw json.error("over " + MOST_AXES + " axes");
      }
      numbers[count++] = json.number();
      more = json.more(']');
    }
    return Arrays.copyOf(numbers, count);
  }

  private void checkLayout(long dataBytes) throws IOException {
    long end = 0;
    for (Entry entry : inFileOrder(entries.values())) {
      if (entry.begin() != end) {
        throw error(
            entry.name(),
            (entry.begin() < end ? "overlaps the tensor before it" : "leaves a gap before it")
                + ": it begins at byte "
                + entry.begin()
                + " of the data, not "
                + end);
      }
      checkSize(entry, dataBytes);
      end = entry.end();
    }
    if (end != dataBytes) {
      throw new FormatException(
          file, dataStart + end, "the tensors end here, " + (dataBytes - end) + " bytes follow");
    }
  }

  private static List<Entry> inFileOrder(Collection<Entry> entries) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    return sorted;
  }

  private void checkSize(Entry entry, long dataBytes) throws IOException {
    long bytes = entry.end() - entry.begin();
    if (bytes < 0) {
      throw error(entry.name(), "data_offsets end before they begin");
    }
    if (entry.end() > dataBytes) {
      throw error(
          entry.name(),
          "ends at byte " + entry.end() + " of " + dataBytes + "; the file is truncated");
    }
    if (!hasSize(entry, bytes)) {
      throw error(entry.name(), entry.describe() + " does not take the " + bytes + " bytes given");
    }
  }

  private static boolean hasSize(Entry entry, long bytes) {
    try {
      long bits = entry.type().bits;
      for (long extent : entry.extents()) {
        bits = Math.multiplyExact(bits, extent);
      }
      return bits == Math.multiplyExact(bytes, Byte.SIZE);
    } catch (ArithmeticException e) {
      return false;
    }
  }

  FormatException error(String tensor, String problem) {
    return new FormatException(file, "tensor " + FormatException.quote(tensor), problem);
  }
}
