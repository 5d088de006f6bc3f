package org.residuum.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** A file that is not what it should be; the one-line message names file, value, rule, remedy. */
public final class InvalidDataException extends IOException {
  private static final long serialVersionUID = 1;

  public InvalidDataException(String message) {
    super(message);
  }

  public InvalidDataException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Why a file could not be read, without Java's names. */
  static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "no permission";
    }
    boolean said = e instanceof FileSystemException file && file.getReason() != null;
    return said ? ((FileSystemException) e).getReason() : String.valueOf(e.getMessage());
  }
}
