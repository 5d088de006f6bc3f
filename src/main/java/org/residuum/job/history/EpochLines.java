package org.residuum.job.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * A file of a line an epoch, in the order of the epochs. A line is there whole as soon as it is
 * added, and the file is never replaced, so that {@code tail -f} follows it.
 */
final class EpochLines {
  private final Path file;
  private final Function<String, OptionalInt> epochOf;

  /** Its first line, where it has one that is of no epoch. */
  private String header = "";

  /** Behind the last whole line. */
  private long length;

  /**
   * A file, which need not be there yet.
   *
   * @param epochOf the epoch that a line is of, or none
   */
  EpochLines(Path file, Function<String, OptionalInt> epochOf) {
    this.file = file;
    this.epochOf = epochOf;
  }

  String header() {
    return header;
  }

  /** Chooses the first line of a file that has none yet. */
  void begin(String line) {
    header = line;
  }

  /**
   * Keeps the lines of the first epochs, one each, and cuts off what follows: lines of epochs that
   * are to be repeated, half a line. Without such lines the file is removed.
   */
  void keep(int epochs, boolean hasHeader) throws IOException {
    header = "";
    length = 0;
    if (!Files.exists(file)) {
      return;
    }
    String text = Files.readString(file, StandardCharsets.ISO_8859_1); // A character a byte.
    int first = hasHeader ? text.indexOf('\n') + 1 : 0;
    int end = endOf(text, first, epochs);
    if (end == first) {
      Files.delete(file);
      return;
    }
    header = text.substring(0, Math.max(0, first - 1));
    length = end;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
  }

  /** Where the lines of the first epochs end, which begin at {@code from}. */
  private int endOf(String text, int from, int epochs) {
    int at = from;
    int last = 0;
    for (int end = text.indexOf('\n', at); end >= 0; end = text.indexOf('\n', at)) {
      OptionalInt epoch = epochOf.apply(text.substring(at, end));
      if (epoch.isEmpty() || epoch.getAsInt() <= last || epoch.getAsInt() > epochs) {
        return at;
      }
      last = epoch.getAsInt();
      at = end + 1;
    }
    return at;
  }

  /** Adds a line; what is left of one that could not be written is overwritten. */
  void add(String line) throws IOException {
    Files.createDirectories(file.getParent());
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      length = Math.min(length, channel.size());
      String start = length == 0 && !header.isEmpty() ? header + "\n" : "";
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(start + line + "\n");
      channel.truncate(length);
      channel.position(length);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      length = channel.position();
    }
  }
}
