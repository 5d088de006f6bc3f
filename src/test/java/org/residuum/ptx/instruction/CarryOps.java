package org.residuum.ptx.instruction;

import org.residuum.ptx.Warp;
import org.residuum.ptx.parse.PtxType;

/** Compiles additions, subtractions and multiply-adds that write or read the carry flag. */
final class CarryOps {
  private CarryOps() {}

  static Op compile(Args a) {
    PtxType type = a.type();
    String name = a.instruction.name();
    boolean carriesOut = a.flag("cc");
    boolean carriesIn = name.endsWith("c");
    String half = a.oneOf("lo", "hi");
    if (type.bytes < 4 || !type.isInteger()) {
      throw a.unsupported("carries are for 32 and 64 bits");
    }
    boolean product = name.startsWith("mad");
    int d = a.out(0);
    int x = a.in(1, type);
    int y = a.in(2, type);
    int z = product ? a.in(3, type) : -1;
    Lane.F2 multiply = product ? IntegerOps.product(a, type, half) : null;
    int flag = a.builder.predicate("%cc");
    boolean subtract = name.startsWith("sub");
    return new Op(false) {
      @Override
      public void run(Warp w, int mask) {
        for (int m = mask; m != 0; m &= m - 1) {
          int l = Integer.numberOfTrailingZeros(m);
          long p = w.r[x * Warp.LANES + l];
          long q = w.r[y * Warp.LANES + l];
          if (product) {
            p = type.truncate(multiply.of(type.extend(p), type.extend(q)));
            q = w.r[z * Warp.LANES + l];
          }
          long carry = carriesIn ? w.p[flag] >>> l & 1 : 0;
          long result = type.truncate(subtract ? p - q - carry : p + q + carry);
          w.r[d * Warp.LANES + l] = result;
          if (carriesOut) {
            boolean out = subtract ? borrows(p, q, carry) : carries(p, result, carry);
            w.p[flag] = (w.p[flag] & ~(1 << l)) | (out ? 1 << l : 0);
          }
        }
      }
    };
  }

  private static boolean borrows(long p, long q, long carry) {
    int order = Long.compareUnsigned(p, q);
    return order < 0 || (order == 0 && carry != 0);
  }

  private static boolean carries(long p, long result, long carry) {
    int order = Long.compareUnsigned(result, p);
    return order < 0 || (order == 0 && carry != 0);
  }
}
