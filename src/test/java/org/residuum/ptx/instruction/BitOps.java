package org.residuum.ptx.instruction;

import org.residuum.ptx.Warp;
import org.residuum.ptx.parse.PtxType;

/** Compiles logic, shifts and bit fields. */
final class BitOps {
  private BitOps() {}

  static Op compile(Args a) {
    PtxType type = a.type();
    return switch (a.instruction.name()) {
      case "and" -> IntegerOps.binary(a, type, (x, y) -> x & y);
      case "or" -> IntegerOps.binary(a, type, (x, y) -> x | y);
      case "xor" -> IntegerOps.binary(a, type, (x, y) -> x ^ y);
      case "not" -> IntegerOps.unary(a, type, x -> ~x);
      case "cnot" -> IntegerOps.unary(a, type, x -> x == 0 ? 1 : 0);
      case "shl" -> shift(a, type, (x, n) -> n >= 64 ? 0 : x << n);
      case "shr" ->
          shift(
              a,
              type,
              type.signed() ? (x, n) -> x >> Math.min(n, 63) : (x, n) -> n >= 64 ? 0 : x >>> n);
      case "shf" -> funnel(a, type);
      case "bfe" -> extract(a, type);
      case "bfi" -> insert(a, type);
      case "bfind" -> findLeading(a, type);
      case "brev" -> reverse(a, type);
      case "clz" ->
          toInt(
              a,
              type,
              type.bytes == 8
                  ? Long::numberOfLeadingZeros
                  : x -> Integer.numberOfLeadingZeros((int) x));
      case "popc" -> toInt(a, type, Long::bitCount);
      case "prmt" -> permute(a, type);
      case "lop3" -> logic3(a, type);
      case "bmsk" -> mask(a, type);
      default -> throw a.unsupported("unknown opcode");
    };
  }

  private static Op toInt(Args a, PtxType type, Lane.F1 f) {
    return Loops.unary(new int[] {a.out(0), a.in(1, type)}, f, 0, 0xffffffffL);
  }

  /** Shifts by a 32-bit unsigned amount, clamped to the width of the type. */
  private static Op shift(Args a, PtxType type, Lane.F2 f) {
    int[] slots = {a.out(0), a.in(1, type), a.in(2, PtxType.U32)};
    int s = 64 - type.bits();
    Lane.F2 g =
        type.signed()
            ? (x, n) -> f.of(x << s >> s, n & 0xffffffffL)
            : (x, n) -> f.of(x, n & 0xffffffffL);
    return Loops.binary(slots, g, 0, type.truncate(-1));
  }

  private static Op funnel(Args a, PtxType type) {
    boolean left = "l".equals(a.oneOf("l", "r"));
    boolean clamp = a.flag("clamp");
    if ((!clamp && !a.flag("wrap")) || type.bytes != 4) {
      throw a.unsupported("shf is known as shf.{l,r}.{clamp,wrap}.b32");
    }
    return IntegerOps.ternary(
        a,
        type,
        (low, high, amount) -> {
          int n = (int) (clamp ? Math.min(amount & 0xffffffffL, 32) : amount & 31);
          long both = high << 32 | low;
          return left ? n == 32 ? low : both << n >>> 32 : n == 32 ? high : both >>> n;
        });
  }

  private static Op extract(Args a, PtxType type) {
    int[] slots = {a.out(0), a.in(1, type), a.in(2, PtxType.U32), a.in(3, PtxType.U32)};
    int width = type.bits();
    return Loops.ternary(
        slots,
        (x, p, n) -> field(x, (int) p & 0xff, (int) n & 0xff, width, type.signed()),
        0,
        type.truncate(-1));
  }

  /**
   * Bits {@code position} to {@code position + length - 1}; those beyond the width repeat the sign.
   */
  private static long field(long x, int position, int length, int width, boolean signed) {
    if (length == 0) {
      return 0;
    }
    int last = Math.min(position + length - 1, width - 1);
    long sign = signed ? x >>> last & 1 : 0;
    long bits = position >= width ? 0 : x >>> position;
    int real = Math.max(0, last - position + 1);
    if (position >= width) {
      return -sign;
    }
    long low = real >= 64 ? -1L : (1L << real) - 1;
    return (bits & low) | (-sign & ~low);
  }

  private static Op insert(Args a, PtxType type) {
    int[] slots = {
      a.out(0), a.in(1, type), a.in(2, type), a.in(3, PtxType.U32), a.in(4, PtxType.U32)
    };
    int width = type.bits();
    return new Op(false) {
      @Override
      public void run(Warp w, int mask) {
        for (int m = mask; m != 0; m &= m - 1) {
          int l = Integer.numberOfTrailingZeros(m);
          int position = (int) w.r[slots[3] * 32 + l] & 0xff;
          int length = (int) w.r[slots[4] * 32 + l] & 0xff;
          long into = w.r[slots[2] * 32 + l];
          if (position < width && length > 0) {
            long field = (length >= 64 ? -1L : (1L << length) - 1) << position;
            into = (into & ~field) | (w.r[slots[1] * 32 + l] << position & field);
          }
          w.r[slots[0] * 32 + l] = type.truncate(into);
        }
      }
    };
  }

  private static Op findLeading(Args a, PtxType type) {
    boolean amount = a.flag("shiftamt");
    int[] slots = {a.out(0), a.in(1, type)};
    int width = type.bits();
    return Loops.unary(
        slots,
        x -> {
          long bits = type.signed() && x < 0 ? ~x : x;
          int msb = 63 - Long.numberOfLeadingZeros(bits);
          return msb < 0 ? -1 : amount ? width - 1 - msb : msb;
        },
        IntegerOps.shift(type),
        0xffffffffL);
  }

  private static Op reverse(Args a, PtxType type) {
    return IntegerOps.unary(
        a, type, type.bytes == 8 ? Long::reverse : x -> Integer.reverse((int) x));
  }

  private static Op permute(Args a, PtxType type) {
    String mode = a.oneOf("f4e", "b4e", "rc8", "ecl", "ecr", "rc16");
    if (mode != null) {
      throw a.unsupported("prmt is known without a mode only");
    }
    return IntegerOps.ternary(
        a,
        type,
        (x, y, selectors) -> {
          long both = y << 32 | x;
          long result = 0;
          for (int i = 0; i < 4; i++) {
            int selector = (int) (selectors >>> (4 * i));
            long chosen = both >>> (8 * (selector & 7)) & 0xff;
            chosen = (selector & 8) == 0 ? chosen : (chosen & 0x80) == 0 ? 0 : 0xff;
            result |= chosen << (8 * i);
          }
          return result;
        });
  }

  private static Op logic3(Args a, PtxType type) {
    int table = a.literal(4);
    return IntegerOps.ternary(
        a,
        type,
        (x, y, z) -> {
          long result = 0;
          for (int i = 0; i < 8; i++) {
            if ((table >> i & 1) != 0) {
              result |= ((i & 4) != 0 ? x : ~x) & ((i & 2) != 0 ? y : ~y) & ((i & 1) != 0 ? z : ~z);
            }
          }
          return result;
        });
  }

  private static Op mask(Args a, PtxType type) {
    boolean clamp = a.flag("clamp");
    if (!clamp && !a.flag("wrap")) {
      throw a.unsupported("clamp or wrap is missing");
    }
    return IntegerOps.binary(
        a,
        type,
        (p, n) -> {
          long position = clamp ? Math.min(p, 32) : p & 31;
          long length = clamp ? Math.min(n, 32) : n & 31;
          return ((1L << length) - 1) << position;
        });
  }
}
