package org.residuum.cli.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.residuum.text.Units;

/**
 * A file of lines in the making, in a {@link PartFile} until it is whole. Whole lines only are
 * written: what a killed job or a full disk leaves can be read to its end. A device or a pipe is
 * written into.
 */
public final class LinesFile implements AutoCloseable {
  private static final int MOST_PENDING = 1 << 16;

  private final Console console;
  private final String name;
  private final Path file;

  /** What a line is called, such as {@code row}. */
  private final String rows;

  /** Lines at the start that are no rows. */
  private final int heads;

  /** Null for a device. */
  private final PartFile part;

  private final FileChannel channel;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

  /** Where each line ends in what is pending. */
  private final List<Integer> ends = new ArrayList<>();

  /** Lines in the file, and their bytes. */
  private long written;

  private long bytes;
  private boolean finished;

  private LinesFile(Console console, String name, Path file, String rows, int heads, PartFile part)
      throws IOException {
    this.console = console;
    this.name = name;
    this.file = file;
    this.rows = rows;
    this.heads = heads;
    this.part = part;
    this.channel = part == null ? FileChannel.open(file, StandardOpenOption.WRITE) : part.channel();
  }

  /**
   * Starts a file that {@link OutputFile#prepare} has checked.
   *
   * @param name what the command line calls it, such as {@code --out}
   * @param rows what a line is called, such as {@code row}
   * @param heads how many lines at its start are no rows
   */
  public static LinesFile open(
      String name, Path file, String rows, int heads, boolean overwrite, Console console)
      throws IOException {
    PartFile part = OutputFile.claim(name, file, overwrite, console);
    return new LinesFile(console, name, file, rows, heads, part);
  }

  /** Where the lines are until all are there. */
  public Path place() {
    return part == null ? file : part.path();
  }

  /** Takes the bytes of lines; {@link #endLine} says where each ends. */
  public OutputStream stream() {
    return pending;
  }

  /** What was given so far ends with a line. */
  public void endLine() throws IOException {
    ends.add(pending.size());
    if (pending.size() > MOST_PENDING) {
      flush();
    }
  }

  /** A head without a row waits on. */
  public void flush() throws IOException {
    if (written + ends.size() > heads) {
      write();
    }
  }

  private void write() throws IOException {
    if (part != null && written + ends.size() > heads) {
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
      if (written <= heads) {
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
    if (part != null && written > heads) {
      long count = written - heads;
      String be = count == 1 ? "is" : "are";
      console.say("%s so far %s in %s", Units.count(count, rows), be, place());
    }
  }
}
