package org.residuum.ptx.instruction;

import org.residuum.ptx.Warp;
import org.residuum.ptx.number.FloatCompare;
import org.residuum.ptx.number.Format;
import org.residuum.ptx.number.Numbers;
import org.residuum.ptx.parse.Operand;
import org.residuum.ptx.parse.PredicateSource;
import org.residuum.ptx.parse.PtxType;

/** Compiles comparisons, selections and logic on predicates. */
final class PredicateOps {
  private static final java.util.Set<String> PROPERTIES =
      java.util.Set.of("finite", "infinite", "number", "notanumber", "normal", "subnormal");

  private PredicateOps() {}

  static Op logic(Args a) {
    a.type();
    int d = a.predicateOut(a.operand(0));
    PredicateSource x = a.predicate(1);
    String name = a.instruction.name();
    PredicateSource y = name.equals("not") ? x : a.predicate(2);
    return new Op(false) {
      @Override
      public void run(Warp w, int mask) {
        int bits =
            switch (name) {
              case "and" -> x.bits(w) & y.bits(w);
              case "or" -> x.bits(w) | y.bits(w);
              case "xor" -> x.bits(w) ^ y.bits(w);
              default -> ~x.bits(w);
            };
        w.p[d] = (w.p[d] & ~mask) | (bits & mask);
      }
    };
  }

  static Op setp(Args a) {
    PtxType type = a.type();
    Operand targets = a.operand(0);
    int p = a.predicateOut(targets instanceof Operand.Pair pair ? pair.first() : targets);
    int q = targets instanceof Operand.Pair pair ? a.predicateOut(pair.second()) : -1;
    return compare(a, type, p, q);
  }

  private static Op compare(Args a, PtxType type, int p, int q) {
    String comparison = a.first();
    String combine = a.oneOf("and", "or", "xor");
    boolean flush = a.flag("ftz");
    int[] slots = {a.in(1, type), a.in(2, type)};
    PredicateSource other = combine == null ? null : a.predicate(3);
    Lane.Test test =
        type.isFloat()
            ? FloatCompare.test(a, comparison, type, flush)
            : integerTest(a, comparison, type.signed());
    return Loops.compare(p, q, slots, test, IntegerOps.shift(type), other, combine);
  }

  private static Lane.Test integerTest(Args a, String comparison, boolean signed) {
    return switch (comparison) {
      case "eq" -> (x, y) -> x == y;
      case "ne" -> (x, y) -> x != y;
      case "lt" -> signed ? (x, y) -> x < y : (x, y) -> Long.compareUnsigned(x, y) < 0;
      case "le" -> signed ? (x, y) -> x <= y : (x, y) -> Long.compareUnsigned(x, y) <= 0;
      case "gt" -> signed ? (x, y) -> x > y : (x, y) -> Long.compareUnsigned(x, y) > 0;
      case "ge" -> signed ? (x, y) -> x >= y : (x, y) -> Long.compareUnsigned(x, y) >= 0;
      case "lo" -> (x, y) -> Long.compareUnsigned(x, y) < 0;
      case "ls" -> (x, y) -> Long.compareUnsigned(x, y) <= 0;
      case "hi" -> (x, y) -> Long.compareUnsigned(x, y) > 0;
      case "hs" -> (x, y) -> Long.compareUnsigned(x, y) >= 0;
      default -> throw a.unsupported("unknown comparison '" + comparison + "'");
    };
  }

  /** {@code set}: the outcome as all ones or 1.0f. */
  static Op set(Args a) {
    PtxType type = a.type();
    PtxType result = a.type();
    int p = a.builder.predicate("set");
    Op compare = compare(a, type, p, -1);
    int d = a.out(0);
    long yes = result.isFloat() ? Format.of(result).encode(1) : result.truncate(-1);
    return new Op(false) {
      @Override
      public void run(Warp w, int mask) {
        compare.run(w, mask);
        for (int m = mask; m != 0; m &= m - 1) {
          int l = Integer.numberOfTrailingZeros(m);
          w.r[d * Warp.LANES + l] = (w.p[p] >>> l & 1) != 0 ? yes : 0;
        }
      }
    };
  }

  static Op selp(Args a) {
    PtxType type = a.type();
    int d = a.out(0) * Warp.LANES;
    int x = a.in(1, type) * Warp.LANES;
    int y = a.in(2, type) * Warp.LANES;
    PredicateSource p = a.predicate(3);
    return new Op(false) {
      @Override
      public void run(Warp w, int mask) {
        long[] r = w.r;
        int bits = p.bits(w);
        for (int m = mask; m != 0; m &= m - 1) {
          int l = Integer.numberOfTrailingZeros(m);
          r[d + l] = (bits >>> l & 1) != 0 ? r[x + l] : r[y + l];
        }
      }
    };
  }

  /** {@code slct}: the first operand where the third is at least zero. */
  static Op slct(Args a) {
    PtxType selector = a.type();
    PtxType type = a.type();
    boolean flush = a.flag("ftz");
    int[] slots = {a.out(0), a.in(1, type), a.in(2, type), a.in(3, selector)};
    Lane.F3 f =
        selector == PtxType.F32
            ? (x, y, s) -> Numbers.flush(Float.intBitsToFloat((int) s), flush) >= 0 ? x : y
            : (x, y, s) -> (int) s >= 0 ? x : y;
    return Loops.ternary(slots, f, 0, type.truncate(-1));
  }

  /** {@code testp}: finite, infinite, number, notanumber, normal, subnormal. */
  static Op testp(Args a) {
    PtxType type = a.type();
    String property = a.first();
    if (type != PtxType.F32 && type != PtxType.F64) {
      throw a.unsupported("testp is for f32 and f64");
    }
    double normal = type == PtxType.F32 ? Float.MIN_NORMAL : Double.MIN_NORMAL;
    int p = a.predicateOut(a.operand(0));
    int s = a.in(1, type);
    Lane.Test test =
        (x, y) -> {
          double v = type == PtxType.F32 ? Numbers.f32(x) : Double.longBitsToDouble(x);
          return holds(property, v, normal);
        };
    if (!PROPERTIES.contains(property)) {
      throw a.unsupported("unknown property '" + property + "'");
    }
    return Loops.compare(p, -1, new int[] {s, s}, test, 0, null, null);
  }

  private static boolean holds(String property, double v, double normal) {
    boolean finite = Math.abs(v) <= Double.MAX_VALUE;
    return switch (property) {
      case "finite" -> finite;
      case "infinite" -> Double.isInfinite(v);
      case "number" -> !Double.isNaN(v);
      case "notanumber" -> Double.isNaN(v);
      case "normal" -> finite && Math.abs(v) >= normal;
      default -> v != 0 && Math.abs(v) < normal;
    };
  }
}
