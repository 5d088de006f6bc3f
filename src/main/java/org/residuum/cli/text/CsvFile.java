package org.residuum.cli.text;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.residuum.text.Units;

/**
 * A CSV file in the making, in a {@link PartFile} until it is whole. Whole lines only are written:
 * what a killed job or a full disk leaves can be read to its end. A device or a pipe is written
 * into.
 */
public final class CsvFile implements CsvLines, AutoCloseable {
  private static final int MOST_PENDING = 1 << 16;

  private final Console console;
  private final String name;
  private final Path file;
  private final String rows;

  /** Null for a device. */
  private final PartFile part;

  private final FileChannel channel;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private final CsvWriter csv =
      CsvLines.writer(new OutputStreamWriter(pending, StandardCharsets.UTF_8));

  /** Where each line ends in what is pending. */
  private final List<Integer> ends = new ArrayList<>();

  /** Lines in the file, and their bytes. */
  private long written;

  private long bytes;
  private boolean finished;

  private CsvFile(
      Console console, String name, Path file, String rows, PartFile part, FileChannel channel) {
    this.console = console;
    this.name = name;
    this.file = file;
    this.rows = rows;
    this.part = part;
    this.channel = channel;
  }

  /**
   * Starts a file that {@link OutputFile#prepare} has checked.
   *
   * @param name what the command line calls it, such as {@code --out}
   * @param rows what a line is called, such as {@code row}
   */
  public static CsvFile open(
      String name, Path file, String rows, boolean overwrite, Console console) throws IOException {
    PartFile part = OutputFile.claim(name, file, overwrite, console);
    FileChannel channel =
        part == null ? FileChannel.open(file, StandardOpenOption.WRITE) : part.channel();
    return new CsvFile(console, name, file, rows, part, channel);
  }

  /** Where the lines are until all are there. */
  public Path place() {
    return part == null ? file : part.path();
  }

  @Override
  public void add(List<String> cells) throws IOException {
    csv.writeRecord(cells);
    csv.flush();
    ends.add(pending.size());
    if (pending.size() > MOST_PENDING) {
      flush();
    }
  }

  /** A head without a row waits on. */
  @Override
  public void flush() throws IOException {
    if (written + ends.size() > 1) {
      write();
    }
  }

  private void write() throws IOException {
    if (part != null && written + ends.size() > 1) {
      part.keep();
    }
    ByteBuffer left = ByteBuffer.wrap(pending.toByteArray());
    try {
      while (left.hasRemaining()) {
        channel.write(left);
      }
    } catch (IOException e) {
      cut(left.position());
      throw OutputFile.failed(name, file, e);
    }
    took(ends.size());
  }

  private void took(int lines) {
    if (lines > 0) {
      bytes += ends.get(lines - 1);
      written += lines;
    }
    ends.clear();
    pending.reset();
  }

  /** Takes back the line that did not fit. */
  private void cut(int position) throws IOException {
    took((int) ends.stream().filter(end -> end <= position).count());
    if (part != null) {
      channel.truncate(bytes);
      if (written <= 1) {
        part.drop();
      }
    }
  }

  /** All lines are added: the file gets its name. */
  public void finish() throws IOException {
    write();
    if (part != null) {
      part.finish();
    }
    finished = true;
  }

  /** Unless it is finished, says where its lines stay. */
  @Override
  public void close() throws IOException {
    try {
      if (!finished) {
        keep();
      }
    } finally {
      if (part != null) {
        part.close();
      }
      channel.close();
    }
  }

  private void keep() throws IOException {
    try {
      flush();
    } catch (CommandFailure e) {
      // The disk is full. What went before is there.
    }
    if (part != null && written > 1) {
      long count = written - 1;
      String be = count == 1 ? "is" : "are";
      console.say("%s so far %s in %s", Units.count(count, rows), be, place());
    }
  }
}
