package org.residuum.data;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file of a data set that cannot be used, or a folder that cannot be read.
 *
 * @param reason one line, without the file's name
 */
public record SkippedFile(Path file, String reason) {
  public static SkippedFile of(Path file, IOException failure) {
    String line = InvalidDataException.reason(failure).lines().findFirst().orElse("");
    String name = file + ": ";
    return new SkippedFile(file, line.startsWith(name) ? line.substring(name.length()) : line);
  }

  @Override
  public String toString() {
    return file + ": " + reason;
  }
}
