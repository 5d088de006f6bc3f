package org.residuum.cli.text;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.residuum.text.Units;

/**
 * A file of lines in the making, in a {@link PartFile} until it is whole. Whole lines only are
 * written: what a killed job or a full disk leaves can be read to its end. A device or a pipe is
 * written into.
 */
public final class LinesFile implements AutoCloseable {
  private static final int MOST_PENDING = 1 << 16;
  private static final int BUFFER = 1 << 16;

  private final Target target;

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

  private LinesFile(Target target, PartFile part) throws IOException {
    this.target = target;
    this.part = part;
    this.channel =
        part == null ? FileChannel.open(target.file, StandardOpenOption.WRITE) : part.channel();
  }

  /**
   * What is to be written, which {@link OutputFile#prepare} has checked.
   *
   * @param name what the command line calls it, such as {@code --out}
   * @param rows what a line is called, such as {@code row}
   * @param heads how many lines at its start are no rows
   */
  public record Target(
      String name, Path file, String rows, int heads, boolean overwrite, Console console) {}

  /** How much of it there is. */
  public record Position(long lines, long bytes) {
    public static final Position START = new Position(0, 0);
  }

  /** Starts a file. */
  public static LinesFile open(Target target) throws IOException {
    PartFile part = OutputFile.claim(target.name, target.file, target.overwrite, target.console);
    return new LinesFile(target, part);
  }

  /**
   * Takes over what a job left that was ended; {@link #goOn} says from where.
   *
   * @return empty where there is nothing
   * @throws CommandFailure where another job writes it
   */
  public static Optional<LinesFile> takeOver(Target target) throws IOException {
    PartFile part = PartFile.takeOver(target.name, target.file, target.overwrite);
    return part == null ? Optional.empty() : Optional.of(new LinesFile(target, part));
  }

  /**
   * Goes on with what was taken over.
   *
   * @param at where to go on; what lies behind is cut off
   * @throws CommandFailure where it is shorter
   */
  public void goOn(Position at) throws IOException {
    if (channel.size() < at.bytes) {
      throw CommandFailure.failed(
          "%s %s: %s has %,d bytes, fewer than the %,d that its manifest tells of; begin again"
                  .formatted(target.name, target.file, place(), channel.size(), at.bytes)
              + " without --resume");
    }
    channel.truncate(at.bytes);
    channel.position(at.bytes);
    bytes = at.bytes;
    written = at.lines;
    if (written <= target.heads) {
      part.drop();
    }
  }

  /** Where the lines are until all are there. */
  public Path place() {
    return part == null ? target.file : part.path();
  }

  /** Where notes belong that are needed to go on with it; null for a device. */
  public Path notes() {
    return part == null ? null : part.notes();
  }

  boolean isEmpty() {
    return written == 0 && ends.isEmpty();
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
    if (written + ends.size() > target.heads) {
      write();
    }
  }

  private void write() throws IOException {
    if (part != null && written + ends.size() > target.heads) {
      part.keep();
    }
    ByteBuffer left = ByteBuffer.wrap(pending.toByteArray());
    try {
      while (left.hasRemaining()) {
        channel.write(left);
      }
    } catch (IOException e) {
      cut(left.position());
      throw OutputFile.failed(target.name, target.file, e);
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
      if (written <= target.heads) {
        part.drop();
      }
    }
  }

  /** All lines so far are on disk when this returns. */
  public Position sync() throws IOException {
    flush();
    try {
      channel.force(false);
    } catch (IOException e) {
      throw OutputFile.failed(target.name, target.file, e);
    }
    return new Position(written, bytes);
  }

  /** All lines are added: the file gets its name. */
  public void finish() throws IOException {
    write();
    if (part != null) {
      part.finish();
    }
    finished = true;
  }

  /** Makes a file of another kind of lines. */
  @FunctionalInterface
  public interface Making {
    void make(InputStream lines, OutputStream out) throws IOException;
  }

  /** All lines are added: what is made of them gets the name, and they go. */
  public void finish(Making making) throws IOException {
    write();
    part.finish(
        made -> {
          try (InputStream lines = Files.newInputStream(part.path())) {
            making.make(lines, new BufferedOutputStream(Channels.newOutputStream(made), BUFFER));
          }
        });
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
    if (part != null && written > target.heads) {
      long count = written - target.heads;
      String be = count == 1 ? "is" : "are";
      target.console.say("%s so far %s in %s", Units.count(count, target.rows), be, place());
    }
  }
}
