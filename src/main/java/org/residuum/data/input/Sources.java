package org.residuum.data.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.residuum.data.InvalidDataException;
import org.residuum.data.source.scan.PictureScan;
import org.residuum.data.source.scan.PictureTree;
import org.residuum.text.FileText;
import org.residuum.text.PathText;

/** Several sources, one after the other. */
final class Sources extends NestingInputs {
  private static final String FOLDER = "folder:";
  private static final String GLOB = "glob:";
  private static final String STANDARD_INPUT = "-";

  /**
   * One of them: a file that holds some, a pattern, standard input, or else a folder or a picture.
   *
   * @param path null for standard input
   * @param kind null unless it is such a file
   * @param glob null unless it is a pattern
   */
  private record Source(Path path, SourceKind kind, Glob glob) {
    static Source of(Path path) {
      return new Source(path, null, null);
    }

    PictureInputs open(Options options) throws IOException {
      if (path == null) {
        return new ListInputs(options);
      }
      if (glob != null) {
        return new FolderInputs(glob, options);
      }
      return kind != null ? kind.opener().open(path, options) : new FolderInputs(path, options);
    }

    boolean isPicture() {
      return isPlain() && !Files.isDirectory(path);
    }

    /** Whether it is a folder or a picture. */
    boolean isPlain() {
      return path != null && kind == null && glob == null;
    }
  }

  private final List<Source> sources;
  private final Options options;
  private final FolderLabels labels;
  private final LabelMap labelMap;
  private OptionalLong count = OptionalLong.empty();
  private int next;

  private Sources(List<Source> sources, Options options, LabelMap labelMap) {
    this.sources = sources;
    this.options = options;
    this.labels = new FolderLabels(options.classes());
    this.labelMap = labelMap;
  }

  static PictureInputs open(List<String> texts, Options options) throws IOException {
    List<Source> sources = new ArrayList<>();
    for (String text : texts) {
      sources.add(source(text));
    }
    LabelMap map = options.labelFile() == null ? null : LabelMap.read(options.labelFile());
    Sources all = new Sources(sources, options, map);
    all.look();
    return all;
  }

  static boolean isSource(String text) {
    String name = text.substring(0, Math.max(0, text.indexOf(':')));
    return text.equals(STANDARD_INPUT)
        || text.startsWith("@")
        || (name + ":").equals(FOLDER)
        || (name + ":").equals(GLOB)
        || SourceKind.named(name).isPresent()
        || Glob.isGlob(text)
        || isThere(text);
  }

  private static Source source(String text) throws IOException {
    if (text.isBlank()) {
      throw new IllegalArgumentException("'': it is empty; name pictures or folders of them");
    }
    if (text.equals(STANDARD_INPUT)) {
      return Source.of(null);
    }
    if (text.startsWith("@")) {
      return file(SourceKind.named("list").orElseThrow(), text.substring(1));
    }
    if (text.startsWith(FOLDER)) {
      return Source.of(path(text.substring(FOLDER.length())));
    }
    if (text.startsWith(GLOB)) {
      return glob(text.substring(GLOB.length()));
    }
    Optional<SourceKind> kind = SourceKind.named(text.substring(0, Math.max(0, text.indexOf(':'))));
    if (kind.isPresent()) {
      return file(kind.get(), text.substring(text.indexOf(':') + 1));
    }
    return Glob.isGlob(text) && !isThere(text) ? glob(text) : plain(path(text));
  }

  private static Source file(SourceKind kind, String text) throws InvalidDataException {
    Path path = path(text);
    if (Files.isDirectory(path) || !Files.exists(path)) {
      throw new InvalidDataException(
          path + (Files.exists(path) ? ": a folder; name a file" : ": no such file"));
    }
    if (!Files.isRegularFile(path) && !kind.name().equals("list")) {
      throw new InvalidDataException(
          path + ": a pipe or a device, from which only lists are read; write it to a file first");
    }
    return new Source(path, kind, null);
  }

  private static Source glob(String text) throws InvalidDataException {
    Glob glob = new Glob(text);
    if (!Files.isDirectory(glob.root())) {
      throw new InvalidDataException(text + ": no folder " + glob.root() + " to look in");
    }
    return new Source(glob.root(), null, glob);
  }

  private static Source plain(Path path) {
    try {
      return Files.isRegularFile(path)
          ? new Source(path, SourceKind.of(path).orElse(null), null)
          : Source.of(path);
    } catch (IOException e) { // Reading it as a picture says why not.
      return Source.of(path);
    }
  }

  private static boolean isThere(String text) {
    try {
      return Files.exists(Path.of(text));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static Path path(String text) {
    try {
      return PathText.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(text + ": no path (" + e.getReason() + ")", e);
    }
  }

  /** Says what there is, and counts it where that takes no reading. */
  private void look() throws IOException {
    List<Path> plain = sources.stream().filter(Source::isPlain).map(Source::path).toList();
    PictureScan scan = plain.isEmpty() ? PictureScan.countOfNothing() : PictureScan.count(plain);
    if (plain.size() == sources.size()) {
      scan.requireSome(plain);
    }
    boolean known = true;
    for (Source source : sources) {
      known &= source.glob == null || lookAt(source.glob, scan);
    }
    if (scan.count() > 0 || !scan.leftOut().isEmpty()) {
      options.notices().accept(scan.toString());
    }
    long some = countOfFiles();
    if (known && some >= 0) {
      count = OptionalLong.of(scan.count() + scan.unreadableFolders().size() + some);
    }
  }

  /** Whether all that matches are pictures. */
  private static boolean lookAt(Glob glob, PictureScan scan) throws InvalidDataException {
    PictureTree tree = new PictureTree(glob.root(), scan, glob);
    PictureTree.Found found = tree.next();
    if (found == null) {
      throw new InvalidDataException(glob + ": no picture matches; mend the pattern");
    }
    boolean pictures = true;
    for (; found != null; found = tree.next()) {
      pictures &= !glob.isSource(found.path());
    }
    return pictures;
  }

  /** Of the sources that are files; -1 where it is not known of all. */
  private long countOfFiles() throws IOException {
    long all = 0;
    for (Source source : sources) {
      if (source.path == null) {
        return -1;
      }
      if (source.kind != null) {
        OptionalLong some = count(source);
        if (some.isEmpty()) {
          return -1;
        }
        all += some.getAsLong();
      }
    }
    return all;
  }

  private OptionalLong count(Source source) throws IOException {
    if (!Files.isRegularFile(source.path)) { // A pipe can be opened once.
      return OptionalLong.empty();
    }
    try (PictureInputs inputs = source.open(options)) {
      return inputs.count();
    } catch (InvalidDataException e) { // It is not what it was named as.
      throw e;
    } catch (IOException e) { // Its turn will tell.
      return OptionalLong.empty();
    }
  }

  @Override
  public PictureInput next() throws IOException {
    PictureInput input = super.next();
    return input == null || labelMap == null ? input : labelMap.labelled(input);
  }

  @Override
  PictureInput step() throws IOException {
    if (next == sources.size()) {
      requireSome();
      return null;
    }
    Source source = sources.get(next++);
    if (source.isPicture()) {
      return new FileInput(source.path, FileText.of(source.path), labels.of(source.path));
    }
    try {
      enter(source.open(options));
      return null;
    } catch (IOException e) { // Of the others nothing is lost.
      return FailedInput.unopened(FileText.of(source.path), e);
    }
  }

  private void requireSome() throws InvalidDataException {
    if (given() == 0) {
      Path first = sources.get(0).path;
      throw new InvalidDataException(
          (first == null ? "standard input" : first)
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
      if (source.path == null) {
        continue;
      }
      if (Files.exists(source.path) && Files.isSameFile(source.path, file)) {
        return true;
      }
      boolean pipe = source.kind != null && !Files.isRegularFile(source.path);
      if (!source.isPicture() && !pipe) {
        try (PictureInputs inputs = source.open(options)) {
          if (inputs.reads(file)) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
