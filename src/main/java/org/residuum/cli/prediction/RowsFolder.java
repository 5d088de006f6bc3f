package org.residuum.cli.prediction;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.OutputFolder;
import org.residuum.format.file.AtomicFile;
import org.residuum.format.file.Unfinished;
import org.residuum.job.FolderLock;

/**
 * A folder of parts, each a whole file: {@code part-00000.csv} and so on, each written under
 * another name, synced and renamed, and {@code manifest.jsonl}, which says what they cover.
 */
final class RowsFolder implements RowsTarget {
  static final String MANIFEST = "manifest.jsonl";
  private static final String PARTS = "part-";
  private static final String UNFINISHED = "." + PARTS;

  private final PredictionFormat format;
  private final Path folder;
  private final FolderLock lock;
  private final Manifest.Contents left;
  private Manifest manifest;
  private int parts;
  private long allRows;

  // Of the part that is being written, if there is one.
  private Path temporary;
  private FileChannel channel;
  private PartStream stream;
  private PredictionWriter rows;

  private RowsFolder(
      PredictionFormat format, Path folder, FolderLock lock, Manifest.Contents left) {
    this.format = format;
    this.folder = folder;
    this.lock = lock;
    this.left = left;
  }

  /**
   * Claims a folder.
   *
   * @param resume whether to go on with what a job left that was ended
   * @param overwrite whether parts that are there may go
   * @throws CommandFailure where another job writes it, or it has other files
   */
  static RowsFolder open(PredictionFormat format, Path folder, boolean resume, boolean overwrite)
      throws IOException {
    FolderLock lock = OutputFolder.lock("--out", folder);
    try {
      Optional<Manifest.Contents> left =
          resume ? Manifest.read(folder.resolve(MANIFEST)) : Optional.empty();
      if (left.isEmpty()) {
        OutputFolder.check("--out", folder, overwrite);
      }
      Files.createDirectories(folder);
      return new RowsFolder(format, folder, lock, left.orElse(null));
    } catch (IOException | RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  @Override
  public Optional<Manifest.Contents> resumed() {
    return Optional.ofNullable(left);
  }

  @Override
  public void begin(Supplier<Map<String, String>> settings) throws IOException {
    Path file = folder.resolve(MANIFEST);
    if (left == null) {
      Files.deleteIfExists(file); // First: parts without it are nobody's.
      clear(0);
      manifest = Manifest.begin(file, settings.get());
      return;
    }
    left.requireSame(file, settings.get());
    parts = left.parts().size();
    allRows = left.rows();
    if (!left.whole()) {
      clear(parts);
    }
    manifest = Manifest.goOn(file, left);
  }

  /** Removes parts from a number on, and what is unfinished. */
  private void clear(int from) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        boolean later = name.matches("part-\\d{5,}\\.[a-z]+") && number(name) >= from;
        if (later || name.startsWith(UNFINISHED)) {
          Files.delete(file);
        }
      }
    }
  }

  private static long number(String name) {
    return Long.parseLong(name.substring(PARTS.length(), name.indexOf('.')));
  }

  @Override
  public PredictionWriter rows() throws IOException {
    if (rows == null) {
      temporary = folder.resolve(UNFINISHED + name().substring(PARTS.length()));
      Unfinished.add(temporary);
      channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      stream = new PartStream(channel, this::failed);
      rows = format.open(stream, false);
    }
    return rows;
  }

  private String name() {
    return String.format(Locale.ROOT, PARTS + "%05d.%s", parts, format.ending());
  }

  @Override
  public boolean hasParts() {
    return true;
  }

  @Override
  public boolean takesShortParts() {
    return false;
  }

  @Override
  public long endPart() throws IOException {
    try {
      rows.close();
      stream.drain();
      channel.force(true);
      long bytes = channel.size();
      channel.close();
      rows = null;
      move(temporary, folder.resolve(name()));
      Unfinished.remove(temporary);
      AtomicFile.syncFolder(folder);
      return bytes;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private CommandFailure failed(IOException e) {
    return CommandFailure.failed(
        "--out "
            + folder
            + ": "
            + e.getMessage()
            + "; make room and add --resume, or name another place",
        e);
  }

  @Override
  public void note(Manifest.Part part) throws IOException {
    try {
      manifest.add(part);
    } catch (IOException e) {
      throw failed(e);
    }
    parts++;
    allRows += part.rows();
  }

  @Override
  public void finish() throws IOException {
    if (left == null || !left.whole()) {
      manifest.addWhole(allRows);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (channel != null && channel.isOpen()) {
        channel.close();
        Files.deleteIfExists(temporary);
        Unfinished.remove(temporary);
      }
      if (manifest != null) {
        manifest.close();
      }
    } finally {
      lock.close();
    }
  }
}
