package org.residuum.spark;

import org.residuum.data.InvalidDataException;
import org.residuum.text.Printable;

/** Why a row has no output, in one line. */
final class Reason {
  private Reason() {}

  /** What was thrown while a picture was read, without the picture's name. */
  static String of(String name, Throwable thrown) {
    String whole = without(name, InvalidDataException.of(name, thrown));
    return Printable.name(whole.lines().findFirst().orElse(""));
  }

  /** A failure's message without the name that it begins with. */
  static String without(String name, Throwable failure) {
    String whole = String.valueOf(failure.getMessage());
    return whole.startsWith(name + ": ") ? whole.substring(name.length() + 2) : whole;
  }
}
