package org.residuum.ptx.number;

import java.util.Set;
import org.residuum.ptx.instruction.Args;
import org.residuum.ptx.instruction.Lane;
import org.residuum.ptx.parse.PtxType;

/** Comparisons of floating-point numbers, ordered and unordered. */
public final class FloatCompare {
  private static final Set<String> KNOWN =
      Set.of(
          "eq", "ne", "lt", "le", "gt", "ge", "equ", "neu", "ltu", "leu", "gtu", "geu", "num",
          "nan");

  private FloatCompare() {}

  public static Lane.Test test(Args a, String comparison, PtxType type, boolean flush) {
    if (!KNOWN.contains(comparison)) {
      throw a.unsupported("unknown comparison '" + comparison + "'");
    }
    return switch (type) {
      case F32 -> single(comparison, flush);
      case F64 ->
          (x, y) -> holds(comparison, Double.longBitsToDouble(x), Double.longBitsToDouble(y));
      case F16, BF16 -> half(comparison, Format.of(type), flush);
      default -> throw a.unsupported("unknown type of a comparison");
    };
  }

  private static Lane.Test single(String comparison, boolean flush) {
    if (flush) {
      return (x, y) -> holds(comparison, flushed(x), flushed(y));
    }
    return switch (comparison) {
      case "lt" -> (x, y) -> Numbers.f32(x) < Numbers.f32(y);
      case "gt" -> (x, y) -> Numbers.f32(x) > Numbers.f32(y);
      default -> (x, y) -> holds(comparison, Numbers.f32(x), Numbers.f32(y));
    };
  }

  private static float flushed(long raw) {
    return Numbers.flush(Numbers.f32(raw), true);
  }

  private static Lane.Test half(String comparison, Format format, boolean flush) {
    return flush
        ? (x, y) ->
            holds(comparison, format.flush(format.decode(x)), format.flush(format.decode(y)))
        : (x, y) -> holds(comparison, format.decode(x), format.decode(y));
  }

  private static boolean holds(String comparison, double x, double y) {
    boolean nan = Double.isNaN(x) || Double.isNaN(y);
    return switch (comparison) {
      case "eq" -> x == y;
      case "ne" -> !nan && x != y;
      case "lt" -> x < y;
      case "le" -> x <= y;
      case "gt" -> x > y;
      case "ge" -> x >= y;
      case "equ" -> nan || x == y;
      case "neu" -> x != y;
      case "ltu" -> nan || x < y;
      case "leu" -> nan || x <= y;
      case "gtu" -> nan || x > y;
      case "geu" -> nan || x >= y;
      case "num" -> !nan;
      default -> nan;
    };
  }
}
