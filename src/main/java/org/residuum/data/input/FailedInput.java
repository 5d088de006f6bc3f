package org.residuum.data.input;

import java.io.IOException;
import org.residuum.data.InvalidDataException;

/**
 * What is known to be unreadable.
 *
 * @param message with the name
 */
record FailedInput(String name, String message) implements PictureInput {
  /** For a reason. */
  static FailedInput because(String name, String reason) {
    return new FailedInput(name, name + ": " + reason);
  }

  /**
   * For what cannot be opened.
   *
   * @param failure whose message may begin with another form of the name
   */
  static FailedInput unopened(String name, IOException failure) {
    return failure instanceof InvalidDataException
        ? new FailedInput(name, failure.getMessage())
        : because(
            name, "cannot be read (" + InvalidDataException.reason(failure) + "); replace it");
  }

  @Override
  public byte[] bytes() throws InvalidDataException {
    throw new InvalidDataException(message);
  }

  @Override
  public String toString() {
    return name;
  }
}
