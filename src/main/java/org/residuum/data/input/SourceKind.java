package org.residuum.data.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.residuum.data.decode.PictureFormat;
import org.residuum.data.input.archive.GuardedGzip;
import org.residuum.data.input.archive.TarHeader;
import org.residuum.data.source.scan.PictureNames;

/**
 * A kind of file that holds many pictures. A new one is a {@link PictureInputs} and a line in the
 * table.
 *
 * @param name before a colon
 * @param matches tells by the first bytes whether a file is of this kind
 * @param endings of files whose content does not tell
 */
record SourceKind(String name, Predicate<byte[]> matches, List<String> endings, Opener opener) {
  /** Opens such a file. */
  @FunctionalInterface
  interface Opener {
    PictureInputs open(Path file, PictureInputs.Options options) throws IOException;
  }

  /** How many of a file's first bytes are looked at. */
  static final int HEAD_BYTES = TarHeader.BLOCK;

  static final List<SourceKind> ALL =
      List.of(
          new SourceKind(
              "tar",
              head -> TarHeader.matches(head) || GuardedGzip.matches(head),
              List.of(".tar", ".tar.gz", ".tgz"),
              TarInputs::new),
          new SourceKind(
              "parquet", ParquetInputs::matches, List.of(".parquet"), ParquetInputs::new),
          new SourceKind("zip", ZipInputs::matches, List.of(".zip"), ZipInputs::new),
          new SourceKind("csv", head -> false, List.of(".csv", ".tsv"), TableInputs::new),
          new SourceKind("list", head -> false, List.of(), ListInputs::new));

  static Optional<SourceKind> named(String name) {
    return ALL.stream().filter(kind -> kind.name.equals(name)).findFirst();
  }

  /** The kind of a file, by its content or else its name; empty for a picture. */
  static Optional<SourceKind> of(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD_BYTES);
    }
    return PictureFormat.byContent(head).isPresent()
        ? Optional.empty()
        : ALL.stream().filter(kind -> kind.matches.test(head)).findFirst().or(() -> byName(file));
  }

  /** The kind of a file by its name alone. */
  static Optional<SourceKind> byName(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return ALL.stream().filter(kind -> kind.endings.stream().anyMatch(name::endsWith)).findFirst();
  }

  /**
   * Opens what a list names, where it is a folder or, by its name, an archive or a table.
   *
   * @return null for a picture
   */
  static PictureInputs nested(Path path, PictureInputs.Options options) throws IOException {
    if (!PictureNames.isPicture(path)) {
      Optional<SourceKind> kind = byName(path);
      if (kind.isPresent() && Files.isRegularFile(path)) {
        return kind.get().opener.open(path, options);
      }
    }
    return Files.isDirectory(path) ? new FolderInputs(path, options) : null;
  }
}
