package org.residuum.ptx.parse;

/**
 * PTX text that cannot be read, or an instruction or modifier that the interpreter does not know.
 */
public final class PtxException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PtxException(int line, String message) {
    super("PTX line " + line + ": " + message);
  }
}
