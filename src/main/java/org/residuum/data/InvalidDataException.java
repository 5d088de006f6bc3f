package org.residuum.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Locale;

/** A file that is not what it should be; the one-line message names file, value, rule, remedy. */
public final class InvalidDataException extends IOException {
  private static final long serialVersionUID = 1;

  public InvalidDataException(String message) {
    super(message);
  }

  public InvalidDataException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Whatever reading one thing made be thrown, as its own failure: an {@link IOException} as it is,
   * anything else with a reason.
   */
  public static IOException of(Object item, Throwable thrown) {
    return thrown instanceof IOException failure
        ? failure
        : new InvalidDataException(item + ": " + reasonOf(thrown), thrown);
  }

  private static String reasonOf(Throwable thrown) {
    if (thrown instanceof OutOfMemoryError) {
      return String.format(
          Locale.ROOT,
          "needs more than the %,d MB of memory that Java may use (%s); raise it with -Xmx"
              + " (RESIDUUM_JAVA_OPTS=-Xmx8g) or leave it out",
          Runtime.getRuntime().maxMemory() >> 20,
          thrown.getMessage());
    }
    if (thrown instanceof StackOverflowError) {
      return "cannot be decoded (the stack overflowed); leave it out, or raise the stack with -Xss";
    }
    if (thrown instanceof IllegalArgumentException && thrown.getMessage() != null) {
      return thrown.getMessage();
    }
    return "cannot be decoded (unexpected " + thrown + "); leave it out";
  }

  /** Why a file could not be read, without Java's names. */
  public static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "no permission";
    }
    return e instanceof FileSystemException file && file.getReason() != null
        ? file.getReason()
        : String.valueOf(e.getMessage());
  }
}
