package org.residuum.data.input;

import org.residuum.data.InvalidDataException;

/** Failures under the name of the picture that they befell. */
final class Named {
  private Named() {}

  /** The failure of what was called otherwise so far. */
  static InvalidDataException as(String name, String before, InvalidDataException failure) {
    String message = failure.getMessage();
    return name.equals(before) || !message.startsWith(before + ": ")
        ? failure
        : new InvalidDataException(name + message.substring(before.length()), failure);
  }
}
