package org.residuum.ptx.memory;

import org.residuum.ptx.instruction.Args;
import org.residuum.ptx.instruction.Lane;
import org.residuum.ptx.instruction.Op;
import org.residuum.ptx.number.Exact;
import org.residuum.ptx.number.Format;
import org.residuum.ptx.number.Numbers;
import org.residuum.ptx.number.Rounding;
import org.residuum.ptx.order.Scope;
import org.residuum.ptx.parse.PtxType;

/** Compiles {@code atom} and {@code red}. */
public final class AtomicOps {
  private AtomicOps() {}

  public static Op compile(Args a) {
    boolean returns = a.instruction.name().equals("atom");
    String order = a.oneOf("relaxed", "acquire", "release", "acq_rel");
    Scope scope = Scope.of(a.oneOf("cta", "cluster", "gpu", "sys"));
    Strength strong = Strength.of(order == null ? "relaxed" : order, scope);
    Space space = MemoryOps.space(a);
    String operation =
        a.oneOf("add", "min", "max", "inc", "dec", "and", "or", "xor", "exch", "cas");
    a.flag("noftz");
    PtxType type = a.type();
    if (operation == null || type == PtxType.PRED) {
      throw a.unsupported("unknown atomic operation");
    }
    int at = returns ? 1 : 0;
    int target = returns ? a.out(0) : -1;
    MemoryOps.Place place = MemoryOps.place(a, at, space);
    int operand = a.in(at + 1, type);
    int swap = operation.equals("cas") ? a.in(at + 2, type) : -1;
    a.builder.accesses(place.space(), type.bytes);
    Lane.F3 f = function(a, operation, type);
    return new AtomicOp(place, type, new int[] {target, operand, swap}, f, strong);
  }

  private static Lane.F3 function(Args a, String operation, PtxType type) {
    if (operation.equals("cas")) {
      return (old, compare, value) -> old == compare ? value : old;
    } else if (operation.equals("exch")) {
      return (old, x, y) -> x;
    }
    Lane.F2 combine = combine(a, operation, type);
    return (old, x, y) -> combine.of(old, x);
  }

  /** Operands and result are extended as the type says. */
  public static Lane.F2 combine(Args a, String operation, PtxType type) {
    if (!type.isInteger()) {
      return floating(a, operation, type);
    }
    boolean signed = type.signed();
    return switch (operation) {
      case "add" -> (x, y) -> x + y;
      case "min" -> signed ? Math::min : (x, y) -> Long.compareUnsigned(x, y) < 0 ? x : y;
      case "max" -> signed ? Math::max : (x, y) -> Long.compareUnsigned(x, y) > 0 ? x : y;
      case "inc" -> (x, y) -> x >= y ? 0 : x + 1;
      case "dec" -> (x, y) -> x == 0 || x > y ? y : x - 1;
      case "and" -> (x, y) -> x & y;
      case "or" -> (x, y) -> x | y;
      default -> (x, y) -> x ^ y;
    };
  }

  private static Lane.F2 floating(Args a, String operation, PtxType type) {
    if (!operation.equals("add")) {
      throw a.unsupported("floating-point atomics are known for add only");
    }
    return switch (type) {
      case F32 -> (x, y) -> Numbers.bits(Numbers.f32(x) + Numbers.f32(y));
      case F64 ->
          (x, y) ->
              Double.doubleToRawLongBits(Double.longBitsToDouble(x) + Double.longBitsToDouble(y));
      case F16, BF16 -> half(Format.of(type));
      default -> {
        Lane.F2 one = half(Format.of(type));
        yield (x, y) -> one.of(x & 0xffff, y & 0xffff) | one.of(x >>> 16, y >>> 16) << 16;
      }
    };
  }

  private static Lane.F2 half(Format format) {
    return (x, y) ->
        format.encode(Exact.add(format.decode(x), format.decode(y), Rounding.RN), Rounding.RN);
  }
}
