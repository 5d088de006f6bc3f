package org.residuum.format.onnx;

import java.nio.file.Path;
import org.residuum.format.FormatException;

/**
 * What a file may make us allocate. A file of a few bytes can ask for any amount of memory (a shape
 * to be filled, a list of a million empty nodes), so each list and each folded tensor is charged
 * before it is made.
 */
final class Budget {
  private static final long BASE_BYTES = 48L << 20;

  private final Path file;
  private final String what;
  private final long limit;
  private long left;

  private Budget(Path file, String what, long limit) {
    this.file = file;
    this.what = what;
    this.limit = limit;
    this.left = limit;
  }

  /** For names, nodes and attributes, whatever the size of the file. */
  static Budget structure(Path file) {
    return new Budget(file, "names, nodes and attributes", BASE_BYTES);
  }

  /** For tensors that must be converted or folded, in proportion to the file. */
  static Budget tensors(Path file, long fileBytes) {
    return new Budget(file, "converted and folded tensors", BASE_BYTES + 4 * fileBytes);
  }

  /** Takes that many bytes of the budget. */
  void charge(long bytes, long offset) throws FormatException {
    left -= bytes;
    if (bytes < 0 || left < 0) {
      throw new FormatException(file, offset, over(bytes));
    }
  }

  void charge(long bytes, String where) throws FormatException {
    left -= bytes;
    if (bytes < 0 || left < 0) {
      throw new FormatException(file, where, over(bytes));
    }
  }

  private String over(long bytes) {
    return what + " need over " + (limit >> 20) + " MiB here (" + bytes + " bytes more asked for)";
  }
}
