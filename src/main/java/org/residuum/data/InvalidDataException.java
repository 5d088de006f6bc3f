package org.residuum.data;

import java.io.IOException;

/** A file that is not what it should be; the one-line message names file, value, rule, remedy. */
public final class InvalidDataException extends IOException {
  private static final long serialVersionUID = 1;

  public InvalidDataException(String message) {
    super(message);
  }

  public InvalidDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
