package org.residuum.ptx.memory;

/** State spaces, and the windows of the generic address space through which they are seen. */
public enum Space {
  GENERIC,
  GLOBAL,
  SHARED,
  LOCAL,
  PARAM;

  private static final int WINDOW_SHIFT = 56;

  /** Added to an address of this space to make it generic. */
  public long window() {
    return switch (this) {
      case GENERIC, GLOBAL -> 0;
      case SHARED -> 1L << WINDOW_SHIFT;
      case LOCAL -> 2L << WINDOW_SHIFT;
      case PARAM -> 3L << WINDOW_SHIFT;
    };
  }

  /** The space that a generic address points into. */
  public static Space of(long generic) {
    return switch ((int) (generic >>> WINDOW_SHIFT)) {
      case 1 -> SHARED;
      case 2 -> LOCAL;
      case 3 -> PARAM;
      default -> GLOBAL;
    };
  }

  static Space named(String name) {
    return switch (name) {
      case "global", "const" -> GLOBAL;
      case "shared", "shared::cta" -> SHARED;
      case "local" -> LOCAL;
      case "param", "param::entry", "param::func" -> PARAM;
      default -> null;
    };
  }
}
