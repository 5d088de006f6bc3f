package org.residuum.ptx;

/**
 * A fault that a kernel committed; the message names kernel, line, instruction, block and thread.
 */
public final class PtxFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What went wrong. */
  public enum Kind {
    OUT_OF_BOUNDS,
    MISALIGNED,
    READ_ONLY,
    UNWRITTEN_MEMORY,
    UNWRITTEN_REGISTER,
    SHARED_RACE,
    GLOBAL_RACE,
    BARRIER,
    WARP_SYNC,
    STALE_ASYNC_COPY,
    ENDLESS_LOOP,
    INVALID_LAUNCH,
    TRAP
  }

  private final Kind kind;

  public PtxFault(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
