package org.residuum.ptx.number;

/**
 * PTX's rounding modes: to nearest even, toward zero, down, up, to nearest with ties away from
 * zero.
 */
public enum Rounding {
  RN,
  RZ,
  RM,
  RP,
  RNA;

  public static final String[] NAMES = {"rn", "rz", "rm", "rp", "rna"};
  public static final String[] INTEGER_NAMES = {"rni", "rzi", "rmi", "rpi"};

  /** The mode called {@code name}, such as {@code rn} or {@code rni}; {@code fallback} for null. */
  public static Rounding named(String name, Rounding fallback) {
    if (name == null) {
      return fallback;
    }
    return switch (name) {
      case "rn", "rni" -> RN;
      case "rz", "rzi" -> RZ;
      case "rm", "rmi" -> RM;
      case "rp", "rpi" -> RP;
      default -> RNA;
    };
  }

  /** The whole number that this mode rounds {@code x} to. */
  public double toInteger(double x) {
    return switch (this) {
      case RN -> Math.rint(x);
      case RZ -> x < 0 ? Math.ceil(x) : Math.floor(x);
      case RM -> Math.floor(x);
      case RP -> Math.ceil(x);
      case RNA -> Math.copySign(Math.floor(Math.abs(x) + 0.5), x);
    };
  }

  /** Whether a magnitude too large for a format becomes infinite rather than the largest number. */
  boolean overflows(boolean negative) {
    return switch (this) {
      case RN, RNA -> true;
      case RZ -> false;
      case RM -> negative;
      case RP -> !negative;
    };
  }
}
