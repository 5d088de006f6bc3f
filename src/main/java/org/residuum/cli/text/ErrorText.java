package org.residuum.cli.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.residuum.backend.cuda.driver.OutOfDeviceMemoryException;

/** What went wrong, in one line. */
public final class ErrorText {
  private ErrorText() {}

  /** The message, or that it was not foreseen. */
  public static String of(Throwable error) {
    if (error instanceof UncheckedIOException unchecked) {
      return of(unchecked.getCause());
    }
    if (error instanceof FileSystemException file) {
      return of(file);
    }
    if (error instanceof CommandFailure
        || error instanceof IOException
        || error instanceof IllegalArgumentException
        || error instanceof OutOfDeviceMemoryException) {
      return error.getMessage() == null ? error.toString() : firstLine(error.getMessage());
    }
    return "unexpected " + firstLine(error.toString()) + "; run again with --debug for the place";
  }

  private static String of(FileSystemException error) {
    if (error instanceof NoSuchFileException) {
      return error.getFile() + ": no such file or folder";
    }
    if (error instanceof AccessDeniedException) {
      return error.getFile() + ": no permission to read or write it";
    }
    if (error instanceof FileAlreadyExistsException) {
      return error.getFile() + ": it exists already";
    }
    return firstLine(error.getMessage());
  }

  /** The first line of a text; {@code ""} for null. */
  public static String firstLine(String text) {
    return text == null ? "" : text.lines().findFirst().orElse("");
  }
}
