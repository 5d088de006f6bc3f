package org.residuum.data.input;

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

  @Override
  public byte[] bytes() throws InvalidDataException {
    throw new InvalidDataException(message);
  }

  @Override
  public String toString() {
    return name;
  }
}
