package org.residuum.ptx.instruction;

import org.residuum.ptx.parse.PtxType;

/** Compiles integer arithmetic. Operands reach the lambdas sign- or zero-extended to 64 bits. */
final class IntegerOps {
  private IntegerOps() {}

  static Op compile(Args a) {
    PtxType type = a.type();
    if (type == PtxType.PRED || type.kind == PtxType.Kind.FLOAT) {
      throw a.unsupported("not an integer type");
    }
    return switch (a.instruction.name()) {
      case "add" -> binary(a, type, a.flag("sat") ? saturatingAdd(a, type) : (x, y) -> x + y);
      case "sub" -> binary(a, type, a.flag("sat") ? saturatingSubtract(a, type) : (x, y) -> x - y);
      case "mul" -> multiply(a, type);
      case "mul24" -> multiply24(a, type);
      case "mad" -> multiplyAdd(a, type);
      case "div" ->
          binary(a, type, type.signed() ? IntegerOps::divide : IntegerOps::divideUnsigned);
      case "rem" ->
          binary(a, type, type.signed() ? IntegerOps::remainder : IntegerOps::remainderUnsigned);
      case "min" ->
          binary(
              a,
              type,
              type.signed() ? Math::min : (x, y) -> Long.compareUnsigned(x, y) < 0 ? x : y);
      case "max" ->
          binary(
              a,
              type,
              type.signed() ? Math::max : (x, y) -> Long.compareUnsigned(x, y) > 0 ? x : y);
      case "abs" -> unary(a, type, Math::abs);
      case "neg" -> unary(a, type, x -> -x);
      case "sad" ->
          ternary(
              a,
              type,
              type.signed()
                  ? (x, y, z) -> z + Math.abs(x - y)
                  : (x, y, z) -> z + (Long.compareUnsigned(x, y) < 0 ? y - x : x - y));
      case "dp4a" -> dotProduct(a, type);
      default -> throw a.unsupported("unknown opcode");
    };
  }

  static int shift(PtxType type) {
    return type.signed() ? 64 - type.bits() : 0;
  }

  static Op unary(Args a, PtxType type, Lane.F1 f) {
    int[] slots = {a.out(0), a.in(1, type)};
    return Loops.unary(slots, f, shift(type), type.truncate(-1));
  }

  static Op binary(Args a, PtxType type, Lane.F2 f) {
    int[] slots = {a.out(0), a.in(1, type), a.in(2, type)};
    return Loops.binary(slots, f, shift(type), type.truncate(-1));
  }

  static Op ternary(Args a, PtxType type, Lane.F3 f) {
    int[] slots = {a.out(0), a.in(1, type), a.in(2, type), a.in(3, type)};
    return Loops.ternary(slots, f, shift(type), type.truncate(-1));
  }

  private static Lane.F2 saturatingAdd(Args a, PtxType type) {
    requireS32(a, type);
    return (x, y) -> clamp(x + y);
  }

  private static Lane.F2 saturatingSubtract(Args a, PtxType type) {
    requireS32(a, type);
    return (x, y) -> clamp(x - y);
  }

  private static void requireS32(Args a, PtxType type) {
    if (type != PtxType.S32) {
      throw a.unsupported("saturation is for s32 only");
    }
  }

  private static long clamp(long x) {
    return Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, x));
  }

  private static Op multiply(Args a, PtxType type) {
    String part = part(a);
    if (part.equals("wide")) {
      int[] slots = {a.out(0), a.in(1, type), a.in(2, type)};
      return Loops.binary(slots, (x, y) -> x * y, shift(type), wide(a, type).truncate(-1));
    }
    return binary(a, type, part.equals("lo") ? (x, y) -> x * y : high(type));
  }

  private static String part(Args a) {
    String part = a.oneOf("lo", "hi", "wide");
    if (part == null) {
      throw a.unsupported(".lo, .hi or .wide is missing");
    }
    return part;
  }

  private static PtxType wide(Args a, PtxType type) {
    return switch (type) {
      case U16 -> PtxType.U32;
      case S16 -> PtxType.S32;
      case U32 -> PtxType.U64;
      case S32 -> PtxType.S64;
      default -> throw a.unsupported(".wide is for 16 and 32 bits");
    };
  }

  /** The low or high half of a product. */
  static Lane.F2 product(Args a, PtxType type, String half) {
    if (half == null) {
      throw a.unsupported(".lo or .hi is missing");
    }
    return half.equals("lo") ? (x, y) -> x * y : high(type);
  }

  private static Lane.F2 high(PtxType type) {
    return switch (type) {
      case U16 -> (x, y) -> (x * y) >>> 16;
      case S16 -> (x, y) -> (x * y) >> 16;
      case U32 -> (x, y) -> (x * y) >>> 32;
      case S32 -> (x, y) -> (x * y) >> 32;
      case U64 -> IntegerOps::multiplyHighUnsigned;
      default -> Math::multiplyHigh;
    };
  }

  static long multiplyHighUnsigned(long x, long y) {
    return Math.multiplyHigh(x, y) + (x >> 63 & y) + (y >> 63 & x);
  }

  private static Op multiply24(Args a, PtxType type) {
    String part = part(a);
    boolean signed = type.signed();
    return binary(
        a,
        type,
        part.equals("lo")
            ? (x, y) -> low24(x, signed) * low24(y, signed)
            : (x, y) -> (low24(x, signed) * low24(y, signed)) >> 16);
  }

  private static long low24(long x, boolean signed) {
    return signed ? x << 40 >> 40 : x & 0xffffff;
  }

  private static Op multiplyAdd(Args a, PtxType type) {
    String part = part(a);
    if (a.flag("sat")) {
      throw a.unsupported("saturation is not known here");
    }
    if (part.equals("wide")) {
      return multiplyAddWide(a, type);
    } else if (part.equals("lo")) {
      return ternary(a, type, (x, y, z) -> x * y + z);
    }
    Lane.F2 high = high(type);
    return ternary(a, type, (x, y, z) -> high.of(x, y) + z);
  }

  /** The addend has twice the width of the factors, so each operand is extended on its own. */
  private static Op multiplyAddWide(Args a, PtxType type) {
    PtxType wide = wide(a, type);
    int[] slots = {a.out(0), a.in(1, type), a.in(2, type), a.in(3, wide)};
    int s = 64 - type.bits();
    Lane.F3 f =
        type.signed() ? (x, y, z) -> (x << s >> s) * (y << s >> s) + z : (x, y, z) -> x * y + z;
    return Loops.ternary(slots, f, 0, wide.truncate(-1));
  }

  private static long divide(long x, long y) {
    return y == 0 ? -1 : x / y;
  }

  private static long divideUnsigned(long x, long y) {
    return y == 0 ? -1 : Long.divideUnsigned(x, y);
  }

  private static long remainder(long x, long y) {
    return y == 0 ? x : x % y;
  }

  private static long remainderUnsigned(long x, long y) {
    return y == 0 ? x : Long.remainderUnsigned(x, y);
  }

  /** {@code dp4a.a.b}: four products of bytes, added to a 32-bit number. */
  private static Op dotProduct(Args a, PtxType second) {
    PtxType first = a.type();
    int[] slots = {a.out(0), a.in(1, first), a.in(2, second), a.in(3, PtxType.B32)};
    boolean sx = first.signed();
    boolean sy = second.signed();
    return Loops.ternary(
        slots,
        (x, y, z) -> {
          long sum = z;
          for (int i = 0; i < 32; i += 8) {
            sum += element(x, i, sx) * element(y, i, sy);
          }
          return sum;
        },
        0,
        0xffffffffL);
  }

  private static long element(long x, int bit, boolean signed) {
    return signed ? (byte) (x >> bit) : x >> bit & 0xff;
  }
}
