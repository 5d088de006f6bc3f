package org.residuum.ptx.memory;

import org.residuum.ptx.PtxFault;
import org.residuum.ptx.Warp;
import org.residuum.ptx.instruction.Args;
import org.residuum.ptx.instruction.Op;
import org.residuum.ptx.parse.PtxType;

/** Compiles {@code cp.async}. */
public final class AsyncOps {
  private AsyncOps() {}

  public static Op compile(Args a) {
    if (!a.flag("async")) {
      throw a.unsupported("only cp.async is known");
    }
    if (a.flag("commit_group")) {
      return new Op(false) {
        @Override
        public void run(Warp w, int mask) {
          w.async.commit(mask);
        }
      };
    } else if (a.flag("wait_group")) {
      int pending = a.literal(0);
      return new Op(false) {
        @Override
        public void run(Warp w, int mask) {
          w.async.await(mask, pending);
        }
      };
    } else if (a.flag("wait_all")) {
      return new Op(false) {
        @Override
        public void run(Warp w, int mask) {
          w.async.awaitAll(mask);
        }
      };
    }
    return copy(a);
  }

  private static Op copy(Args a) {
    String cache = a.oneOf("ca", "cg");
    boolean shared = a.oneOf("shared", "shared::cta") != null;
    if (cache == null || !shared || !a.flag("global")) {
      throw a.unsupported("cp.async is known from global to shared memory, with ca or cg");
    }
    a.oneOf("L2::64B", "L2::128B", "L2::256B");
    MemoryOps.Place target = MemoryOps.place(a, 0, Space.SHARED);
    MemoryOps.Place source = MemoryOps.place(a, 1, Space.GLOBAL);
    int bytes = a.literal(2);
    if (bytes != 16 && (cache.equals("cg") || (bytes != 4 && bytes != 8))) {
      throw a.unsupported("the size must be 16, or 4 or 8 with .ca");
    }
    int size = a.count() > 3 ? a.in(3, PtxType.U32) : a.builder.constant(bytes);
    a.builder.accesses(Space.SHARED, bytes);
    a.builder.accesses(Space.GLOBAL, a.count() > 3 ? 1 : bytes);
    return new CopyOp(target, source, bytes, size);
  }

  /** Reads at once, but lets the bytes land only when they are waited for. */
  private static final class CopyOp extends Op {
    private final MemoryOps.Place target;
    private final MemoryOps.Place from;
    private final int bytes;
    private final int size;

    CopyOp(MemoryOps.Place target, MemoryOps.Place from, int bytes, int size) {
      super(false);
      this.target = target;
      this.from = from;
      this.bytes = bytes;
      this.size = size;
    }

    @Override
    public void run(Warp w, int mask) {
      if (w.block.counters != null) {
        w.block.counters.access(w, mask, Space.GLOBAL, from.slot(), from.offset(), bytes, false);
        w.block.counters.access(w, mask, Space.SHARED, target.slot(), target.offset(), bytes, true);
      }
      for (int m = mask; m != 0; m &= m - 1) {
        int l = Integer.numberOfTrailingZeros(m);
        byte[] copied = read(w, l);
        long to = w.r[target.slot() * Warp.LANES + l] + target.offset();
        Cell cell = Access.locate(w, this, l, Space.SHARED, to, bytes);
        Access.write(w, this, l, cell, bytes, 0);
        cell.mark(bytes, Cell.PENDING);
        w.async.add(this, l, cell.index, copied);
      }
    }

    /**
     * The bytes of the source, the rest of the size zero; where none are read, the address may be
     * any.
     */
    private byte[] read(Warp w, int l) {
      int count = (int) w.r[size * Warp.LANES + l];
      if (count < 0 || count > bytes) {
        throw w.block.fault(
            PtxFault.Kind.OUT_OF_BOUNDS,
            w,
            l,
            this,
            "a source of " + count + " bytes for a copy of " + bytes);
      }
      long start = w.r[from.slot() * Warp.LANES + l] + from.offset();
      if ((start & bytes - 1) != 0) {
        throw w.block.fault(
            PtxFault.Kind.MISALIGNED,
            w,
            l,
            this,
            "a copy of "
                + bytes
                + " bytes must be aligned to them: "
                + w.block.launch.memory.describe(start));
      }
      byte[] copied = new byte[bytes];
      int step = count == bytes ? count : 1;
      for (int i = 0; i < count; i += step) {
        Cell cell = Access.locate(w, this, l, Space.GLOBAL, start + i, step);
        Access.read(w, this, l, cell, step, 0);
        System.arraycopy(cell.data, cell.index, copied, i, step);
      }
      return copied;
    }
  }
}
