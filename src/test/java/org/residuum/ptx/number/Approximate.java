package org.residuum.ptx.number;

import org.residuum.ptx.instruction.Args;
import org.residuum.ptx.instruction.SingleOps;

/** The functions that PTX calls approximate, in double precision. */
public final class Approximate {
  private static final double LN2 = Math.log(2);

  private Approximate() {}

  public static SingleOps.D1 named(Args a, String name) {
    return switch (name) {
      case "rsqrt" -> x -> 1 / Math.sqrt(x);
      case "ex2" -> Approximate::exp2;
      case "lg2" -> Approximate::log2;
      case "sin" -> Math::sin;
      case "cos" -> Math::cos;
      case "tanh" -> Math::tanh;
      default -> throw a.unsupported("unknown opcode");
    };
  }

  /** 2^x, exact for whole numbers. */
  static double exp2(double x) {
    double whole = Math.rint(x);
    if (Math.abs(x) > 2000 || Double.isNaN(x)) {
      return Math.pow(2, x);
    }
    return Math.scalb(Math.exp((x - whole) * LN2), (int) whole);
  }

  /** The logarithm to base 2, exact for powers of two. */
  static double log2(double x) {
    if (!(x > 0) || Double.isInfinite(x)) {
      return Math.log(x);
    }
    int exponent = Math.getExponent(x);
    return exponent + Math.log(Math.scalb(x, -exponent)) / LN2;
  }
}
