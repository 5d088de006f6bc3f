package org.residuum.job;

import java.io.IOException;

/**
 * A training that cannot begin or go on. A message about a setting begins with its name, such as
 * {@code data} or {@code model}; the command line has an option of that name.
 */
public final class TrainingException extends IOException {
  private static final long serialVersionUID = 1;

  TrainingException(String message) {
    super(message);
  }

  TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
