package org.residuum.ptx.instruction;

import org.residuum.ptx.Warp;
import org.residuum.ptx.memory.AtomicOps;
import org.residuum.ptx.order.WarpOrder;
import org.residuum.ptx.parse.Operand;
import org.residuum.ptx.parse.PredicateSource;
import org.residuum.ptx.parse.PtxType;

/** Compiles instructions that concern several lanes of a warp. */
final class WarpOps {
  private WarpOps() {}

  static Op activeMask(Args a) {
    a.type();
    int d = a.out(0);
    return new Op(false) {
      @Override
      public void run(Warp w, int mask) {
        broadcast(w, d, mask, mask);
      }
    };
  }

  /** {@code bar.warp.sync}. */
  static Op warpBarrier(Args a) {
    return new MemberOp(a.in(0, PtxType.B32)) {
      @Override
      public void together(Warp w, int mask) {
        w.tick();
        WarpOrder.meet(new Warp[] {w}, new int[] {mask});
      }
    };
  }

  private static void sync(Args a) {
    if (!a.flag("sync")) {
      throw a.unsupported("only the .sync form is known");
    }
  }

  private static void broadcast(Warp w, int slot, int mask, long value) {
    for (int m = mask; m != 0; m &= m - 1) {
      w.r[slot * Warp.LANES + Integer.numberOfTrailingZeros(m)] = value & 0xffffffffL;
    }
  }

  private static void broadcastPredicate(Warp w, int predicate, int mask, boolean value) {
    if (predicate >= 0) {
      w.p[predicate] = (w.p[predicate] & ~mask) | (value ? mask : 0);
    }
  }

  /** The lanes of {@code mask} in which slots hold {@code value}. */
  private static int equal(Warp w, int slot, int mask, long value) {
    int lanes = 0;
    for (int m = mask; m != 0; m &= m - 1) {
      int l = Integer.numberOfTrailingZeros(m);
      lanes |= w.r[slot * Warp.LANES + l] == value ? 1 << l : 0;
    }
    return lanes;
  }

  static Op shuffle(Args a) {
    sync(a);
    String mode = a.oneOf("up", "down", "bfly", "idx");
    if (mode == null || a.type().bytes != 4) {
      throw a.unsupported("shfl.sync is known with up, down, bfly, idx and 32 bits");
    }
    Operand target = a.operand(0);
    boolean pair = target instanceof Operand.Pair;
    int d = a.out(pair ? ((Operand.Pair) target).first() : target);
    int p = pair ? a.predicateOut(((Operand.Pair) target).second()) : -1;
    int[] in = {a.in(1, PtxType.B32), a.in(2, PtxType.B32), a.in(3, PtxType.B32)};
    return new ShuffleOp(mode, d, p, in, a.in(4, PtxType.B32));
  }

  static Op vote(Args a) {
    sync(a);
    String mode = a.oneOf("all", "any", "uni", "ballot");
    if (mode == null) {
      throw a.unsupported("vote.sync is known with all, any, uni, ballot");
    }
    a.type();
    boolean ballot = mode.equals("ballot");
    int d = ballot ? a.out(0) : a.predicateOut(a.operand(0));
    PredicateSource voter = a.predicate(1);
    return new MemberOp(a.in(2, PtxType.B32)) {
      @Override
      public void together(Warp w, int mask) {
        int votes = voter.bits(w) & mask;
        if (ballot) {
          broadcast(w, d, mask, votes);
        } else {
          boolean all = votes == mask;
          boolean holds =
              mode.equals("all") ? all : mode.equals("any") ? votes != 0 : all || votes == 0;
          broadcastPredicate(w, d, mask, holds);
        }
      }
    };
  }

  static Op match(Args a) {
    boolean any = "any".equals(a.oneOf("any", "all"));
    sync(a);
    PtxType type = a.type();
    Operand target = a.operand(0);
    boolean pair = target instanceof Operand.Pair;
    int d = a.out(pair ? ((Operand.Pair) target).first() : target);
    int p = pair ? a.predicateOut(((Operand.Pair) target).second()) : -1;
    int s = a.in(1, type);
    return new MemberOp(a.in(2, PtxType.B32)) {
      @Override
      public void together(Warp w, int mask) {
        for (int left = mask; left != 0; ) {
          int same = equal(w, s, left, w.r[s * Warp.LANES + Warp.firstLane(left)]);
          broadcast(w, d, same, any || same == mask ? same : 0);
          broadcastPredicate(w, p, same, same == mask);
          left &= ~same;
        }
      }
    };
  }

  static Op reduce(Args a) {
    sync(a);
    String operation = a.oneOf("add", "min", "max", "and", "or", "xor");
    PtxType type = a.type();
    if (operation == null || !type.isInteger() || type.bytes != 4) {
      throw a.unsupported("redux.sync is known on 32-bit integers");
    }
    Lane.F2 f = AtomicOps.combine(a, operation, type);
    int d = a.out(0);
    int s = a.in(1, type);
    return new MemberOp(a.in(2, PtxType.B32)) {
      @Override
      public void together(Warp w, int mask) {
        long sum = w.r[s * Warp.LANES + Warp.firstLane(mask)];
        for (int m = mask & mask - 1; m != 0; m &= m - 1) {
          sum =
              type.truncate(
                  f.of(
                      type.extend(sum),
                      type.extend(w.r[s * Warp.LANES + Integer.numberOfTrailingZeros(m)])));
        }
        broadcast(w, d, mask, sum);
      }
    };
  }

  static Op elect(Args a) {
    sync(a);
    Operand.Pair target = (Operand.Pair) a.operand(0);
    int d = a.out(target.first());
    int p = a.predicateOut(target.second());
    return new MemberOp(a.in(1, PtxType.B32)) {
      @Override
      public void together(Warp w, int mask) {
        int leader = Warp.firstLane(mask);
        broadcast(w, d, mask, leader);
        broadcastPredicate(w, p, mask, false);
        broadcastPredicate(w, p, 1 << leader, true);
      }
    };
  }
}
