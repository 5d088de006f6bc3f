package org.residuum.data;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file of a data set that cannot be used, or a folder that cannot be read.
 *
 * @param reason one line, without the file's name
 */
public record SkippedFile(Path file, String reason) {
  public static SkippedFile of(Path file, Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      return new SkippedFile(
          file, "needs more memory than Java may take; raise it, as with JAVA_TOOL_OPTIONS=-Xmx4g");
    }
    String message =
        failure instanceof IOException known
            ? InvalidDataException.reason(known)
            : String.valueOf(failure);
    String name = file + ": ";
    String line = message.lines().findFirst().orElse("");
    return new SkippedFile(file, line.startsWith(name) ? line.substring(name.length()) : line);
  }

  @Override
  public String toString() {
    return file + ": " + reason;
  }
}
