package org.residuum.format.pytorch;

import java.util.List;
import org.residuum.format.FormatException;

/**
 * A class or function that is not read, and whatever it makes. It is never run; beside the tensors
 * it does no harm, in their place the file is refused.
 *
 * @param offset in the pickle, of the opcode that names it
 */
record Unknown(String type, int offset) implements KnownClasses.Callable {
  /** How messages name it. */
  String title() {
    int dot = type.lastIndexOf('.');
    boolean isClass = dot + 1 < type.length() && Character.isUpperCase(type.charAt(dot + 1));
    return (isClass ? "class " : "function ") + FormatException.quote(type).replace("\"", "");
  }

  @Override
  public Object call(Unpickler unpickler, List<?> arguments) {
    return this;
  }
}
