package org.residuum.data.input;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

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
              "parquet", ParquetInputs::matches, List.of(".parquet"), ParquetInputs::new));

  static Optional<SourceKind> named(String name) {
    return ALL.stream().filter(kind -> kind.name.equals(name)).findFirst();
  }

  /** The kind of a file that is no picture. */
  static Optional<SourceKind> of(Path file, byte[] head) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return ALL.stream()
        .filter(kind -> kind.matches.test(head))
        .findFirst()
        .or(
            () ->
                ALL.stream()
                    .filter(kind -> kind.endings.stream().anyMatch(name::endsWith))
                    .findFirst());
  }
}
