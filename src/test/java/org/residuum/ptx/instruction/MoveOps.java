package org.residuum.ptx.instruction;

import java.util.List;
import org.residuum.ptx.Clocks;
import org.residuum.ptx.Warp;
import org.residuum.ptx.memory.MemoryOps;
import org.residuum.ptx.memory.Space;
import org.residuum.ptx.parse.Operand;
import org.residuum.ptx.parse.PredicateSource;
import org.residuum.ptx.parse.PtxType;

/** Compiles moves, packing and unpacking of vectors, and conversions of addresses. */
final class MoveOps {
  private MoveOps() {}

  static Op move(Args a) {
    PtxType type = a.type();
    if (type == PtxType.PRED) {
      return movePredicate(a);
    } else if (a.operand(0) instanceof Operand.Vector vector) {
      return unpack(a, vector.elements(), type);
    } else if (a.operand(1) instanceof Operand.Vector vector) {
      return pack(a, vector.elements(), type);
    } else if (a.operand(1) instanceof Operand.Name name && Clocks.isClock(name.name())) {
      return new Clocks(name.name(), a.out(0));
    }
    int d = a.out(0);
    return Loops.unary(new int[] {d, a.in(1, type)}, x -> x, 0, type.truncate(-1));
  }

  private static Op movePredicate(Args a) {
    int d = a.predicateOut(a.operand(0));
    PredicateSource s = a.predicate(1);
    return new Op(false) {
      @Override
      public void run(Warp w, int mask) {
        w.p[d] = (w.p[d] & ~mask) | (s.bits(w) & mask);
      }
    };
  }

  private static Op unpack(Args a, List<Operand> elements, PtxType type) {
    int bits = type.bits() / elements.size();
    int s = a.in(1, type) * Warp.LANES;
    int[] d = elements.stream().mapToInt(a::out).toArray();
    return new Op(false) {
      @Override
      public void run(Warp w, int mask) {
        for (int m = mask; m != 0; m &= m - 1) {
          int l = Integer.numberOfTrailingZeros(m);
          long all = w.r[s + l];
          for (int i = 0; i < d.length; i++) {
            w.r[d[i] * Warp.LANES + l] = all >>> (i * bits) & (1L << bits) - 1;
          }
        }
      }
    };
  }

  private static Op pack(Args a, List<Operand> elements, PtxType type) {
    int bits = type.bits() / elements.size();
    PtxType part = bits == 8 ? PtxType.B8 : bits == 16 ? PtxType.B16 : PtxType.B32;
    int d = a.out(0) * Warp.LANES;
    int[] s = elements.stream().mapToInt(e -> a.in(e, part)).toArray();
    return new Op(false) {
      @Override
      public void run(Warp w, int mask) {
        for (int m = mask; m != 0; m &= m - 1) {
          int l = Integer.numberOfTrailingZeros(m);
          long all = 0;
          for (int i = 0; i < s.length; i++) {
            all |= part.truncate(w.r[s[i] * Warp.LANES + l]) << (i * bits);
          }
          w.r[d + l] = all;
        }
      }
    };
  }

  static Op convertAddress(Args a) {
    PtxType type = a.type();
    boolean to = a.flag("to");
    Space space = MemoryOps.space(a);
    if (type.bytes != 8 || space == Space.GENERIC) {
      throw a.unsupported("only 64-bit addresses of a space are known");
    }
    long window = to ? -space.window() : space.window();
    Lane.F1 f = window == 0 ? x -> x : x -> x + window;
    return Loops.unary(new int[] {a.out(0), a.in(1, type)}, f, 0, -1);
  }

  static Op isSpace(Args a) {
    Space space = MemoryOps.space(a);
    int p = a.predicateOut(a.operand(0));
    int address = a.in(1, PtxType.U64);
    return Loops.compare(
        p, -1, new int[] {address, address}, (x, y) -> Space.of(x) == space, 0, null, null);
  }
}
