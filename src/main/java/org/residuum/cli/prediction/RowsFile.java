package org.residuum.cli.prediction;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.residuum.cli.text.LinesFile;

/**
 * One file of lines. Its parts are stretches of it that are on disk; the manifest beside {@code
 * FILE.part} tells where they end, and goes when the file has its name. A format whose rows are no
 * lines is made of lines at the end.
 */
final class RowsFile implements RowsTarget {
  private final PredictionFormat format;

  /** The format of the lines, or the file's own for a device. */
  private final PredictionFormat written;

  private final LinesFile lines;
  private final Manifest.Contents left;
  private Supplier<Map<String, String>> settings;
  private Manifest manifest;
  private PredictionWriter rows;

  private RowsFile(PredictionFormat format, LinesFile lines, Manifest.Contents left) {
    this.format = format;
    this.written = lines.notes() == null ? format : format.lines();
    this.lines = lines;
    this.left = left;
  }

  /**
   * Claims the file.
   *
   * @param resume whether to go on with what a job left that was ended
   */
  static RowsFile open(PredictionFormat format, LinesFile.Target target, boolean resume)
      throws IOException {
    Optional<LinesFile> before = resume ? LinesFile.takeOver(target) : Optional.empty();
    if (before.isPresent()) {
      try {
        Optional<Manifest.Contents> contents = Manifest.read(before.get().notes());
        if (contents.isPresent() && !contents.get().parts().isEmpty()) {
          return new RowsFile(format, before.get(), contents.get());
        }
        before.get().close();
      } catch (IOException | RuntimeException e) {
        before.get().close();
        throw e;
      }
    }
    LinesFile lines = LinesFile.open(target);
    if (lines.notes() != null) {
      Files.deleteIfExists(lines.notes()); // Of a job that had nothing else to leave.
    }
    return new RowsFile(format, lines, null);
  }

  @Override
  public Optional<Path> place() {
    return lines.notes() == null ? Optional.empty() : Optional.of(lines.place());
  }

  @Override
  public Optional<Manifest.Contents> resumed() {
    return Optional.ofNullable(left);
  }

  @Override
  public void begin(Supplier<Map<String, String>> settings) throws IOException {
    this.settings = settings;
    if (left != null) {
      left.requireSame(lines.notes(), settings.get());
      lines.goOn(new LinesFile.Position(left.rows() + written.heads(), left.last().bytes()));
      manifest = Manifest.goOn(lines.notes(), left);
    }
    rows = written.open(lines.stream(), left != null);
    for (int head = 0; left == null && head < written.heads(); head++) {
      lines.endLine();
    }
  }

  @Override
  public PredictionWriter rows() {
    return rows;
  }

  @Override
  public void endRow() throws IOException {
    lines.endLine();
  }

  @Override
  public void flush() throws IOException {
    rows.flush();
    lines.flush();
  }

  @Override
  public boolean hasParts() {
    return lines.notes() != null;
  }

  @Override
  public long endPart() throws IOException {
    return lines.sync().bytes();
  }

  @Override
  public void note(Manifest.Part part) throws IOException {
    if (manifest == null) {
      manifest = Manifest.begin(lines.notes(), settings.get());
    }
    manifest.add(part);
  }

  @Override
  public void finish() throws IOException {
    rows.close();
    if (written == format || lines.notes() == null) {
      lines.finish();
    } else {
      lines.finish(format::make);
    }
    if (manifest != null) {
      manifest.close();
      Files.deleteIfExists(lines.notes());
    }
  }

  @Override
  public void close() throws IOException {
    if (manifest != null) {
      manifest.close();
    }
    lines.close();
  }
}
