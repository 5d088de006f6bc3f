package org.residuum.data.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.residuum.data.InvalidDataException;
import org.residuum.data.decode.PictureFormat;
import org.residuum.data.source.scan.PictureScan;
import org.residuum.text.FileText;

/** Several sources, one after the other; one at a time is open. */
final class Sources implements PictureInputs {
  private static final String FOLDER = "folder:";

  /**
   * One of them.
   *
   * @param kind null for folders and picture files
   */
  private record Source(Path path, SourceKind kind) {
    PictureInputs open(Options options) throws IOException {
      return kind != null
          ? kind.opener().open(path, options)
          : new FolderInputs(path, new FolderLabels(options.classes()));
    }

    boolean isPicture() {
      return kind == null && !Files.isDirectory(path);
    }
  }

  private final List<Source> sources;
  private final Options options;
  private final FolderLabels labels;
  private final OptionalLong count;
  private int next;
  private PictureInputs current;
  private long given;

  private Sources(List<Source> sources, Options options, OptionalLong count) {
    this.sources = sources;
    this.options = options;
    this.labels = new FolderLabels(options.classes());
    this.count = count;
  }

  static PictureInputs open(List<String> texts, Options options) throws IOException {
    List<Source> sources = new ArrayList<>();
    for (String text : texts) {
      sources.add(source(text));
    }
    List<Path> walked =
        sources.stream().filter(source -> source.kind == null).map(Source::path).toList();
    long count = 0;
    if (!walked.isEmpty()) {
      PictureScan scan = PictureScan.count(walked);
      if (walked.size() == sources.size()) {
        scan.requireSome(walked);
      }
      options.notices().accept(scan.toString());
      count = scan.count() + scan.unreadableFolders().size();
    }
    return new Sources(sources, options, count(sources, options, count));
  }

  /** Of all, where all are known. */
  private static OptionalLong count(List<Source> sources, Options options, long walked)
      throws IOException {
    long count = walked;
    for (Source source : sources) {
      if (source.kind != null) {
        try (PictureInputs inputs = source.open(options)) {
          OptionalLong some = inputs.count();
          if (some.isEmpty()) {
            return some;
          }
          count += some.getAsLong();
        }
      }
    }
    return OptionalLong.of(count);
  }

  private static Source source(String text) throws IOException {
    if (text.isBlank()) {
      throw new IllegalArgumentException("it is empty; name pictures or folders of them");
    }
    if (text.startsWith(FOLDER)) {
      return new Source(path(text.substring(FOLDER.length())), null);
    }
    int colon = text.indexOf(':');
    Optional<SourceKind> kind = SourceKind.named(text.substring(0, Math.max(0, colon)));
    if (kind.isPresent()) {
      return new Source(requireFile(path(text.substring(colon + 1))), kind.get());
    }
    Path path = path(text);
    return new Source(path, Files.isRegularFile(path) ? kind(path) : null);
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("no path (" + e.getReason() + ")", e);
    }
  }

  private static Path requireFile(Path path) throws InvalidDataException {
    if (!Files.isRegularFile(path)) {
      throw new InvalidDataException(
          path + (Files.exists(path) ? ": it is no file; name one" : ": no such file"));
    }
    return path;
  }

  private static SourceKind kind(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(SourceKind.HEAD_BYTES);
    } catch (IOException e) { // Reading it as a picture says why not.
      return null;
    }
    return PictureFormat.byContent(head).isPresent()
        ? null
        : SourceKind.of(file, head).orElse(null);
  }

  @Override
  public PictureInput next() throws IOException {
    while (true) {
      if (current != null) {
        PictureInput input = current.next();
        if (input != null) {
          given++;
          return input;
        }
        closeCurrent();
      }
      if (next == sources.size()) {
        requireSome();
        return null;
      }
      Source source = sources.get(next++);
      if (source.isPicture()) {
        given++;
        return new FileInput(source.path, labels.of(source.path));
      }
      try {
        current = source.open(options);
      } catch (IOException e) { // Of the others nothing is lost.
        given++;
        String name = FileText.of(source.path);
        return FailedInput.because(
            name, "cannot be read (" + InvalidDataException.reason(e) + "); replace it");
      }
    }
  }

  @Override
  public long skip(long pictures) throws IOException {
    long skipped = 0;
    while (skipped < pictures) {
      if (current != null) {
        long some = current.skip(pictures - skipped);
        given += some;
        skipped += some;
      }
      if (skipped < pictures) { // The current one is at its end.
        if (next() == null) {
          break;
        }
        skipped++;
      }
    }
    return skipped;
  }

  private void requireSome() throws InvalidDataException {
    if (given == 0) {
      throw new InvalidDataException(
          sources.get(0).path
              + (sources.size() > 1 ? " and the others" : "")
              + ": no pictures in it; name another");
    }
  }

  @Override
  public OptionalLong count() {
    return count;
  }

  @Override
  public boolean reads(Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    for (Source source : sources) {
      if (Files.exists(source.path) && Files.isSameFile(source.path, file)) {
        return true;
      }
      if (!source.isPicture()) {
        try (PictureInputs inputs = source.open(options)) {
          if (inputs.reads(file)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private void closeCurrent() throws IOException {
    PictureInputs ended = current;
    current = null;
    if (ended != null) {
      ended.close();
    }
  }

  @Override
  public void close() throws IOException {
    closeCurrent();
  }
}
