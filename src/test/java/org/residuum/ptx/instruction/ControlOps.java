package org.residuum.ptx.instruction;

import java.util.List;
import org.residuum.ptx.PtxFault;
import org.residuum.ptx.Warp;
import org.residuum.ptx.parse.Operand;
import org.residuum.ptx.parse.PredicateSource;
import org.residuum.ptx.parse.PtxType;

/** Compiles branches, exits and barriers. */
final class ControlOps {
  private ControlOps() {}

  static Op branch(Args a) {
    a.flag("uni");
    return new BranchOp(List.of(a.frame.unique(name(a, 0))), -1);
  }

  static Op branchIndexed(Args a) {
    a.flag("uni");
    if (!a.flag("idx")) {
      throw a.unsupported("only brx.idx is known");
    }
    int index = a.in(0, PtxType.U32);
    List<String> targets = a.frame.function.branchTargets.get(name(a, 1));
    if (targets == null) {
      throw a.unsupported("no .branchtargets list of that name");
    }
    return new BranchOp(targets.stream().map(a.frame::unique).toList(), index);
  }

  private static String name(Args a, int k) {
    if (a.operand(k) instanceof Operand.Name name) {
      return name.name();
    }
    throw a.unsupported("a label is expected");
  }

  static Op ret(Args a) {
    a.flag("uni");
    return a.frame.end == null ? new ExitOp() : new BranchOp(List.of(a.frame.end), -1);
  }

  static Op exit(Args a) {
    return new ExitOp();
  }

  static Op trap(Args a) {
    return new Op(false) {
      @Override
      public void run(Warp w, int mask) {
        throw w.block.fault(
            PtxFault.Kind.TRAP, w, Warp.firstLane(mask), this, "the kernel trapped");
      }
    };
  }

  /** Instructions without an effect on values. */
  static Op nothing(Args a) {
    a.instruction.modifiers().forEach(a::flag);
    for (int i = 0; i < a.count(); i++) {
      a.operand(i);
    }
    return new Op(false) {
      @Override
      public void run(Warp w, int mask) {}
    };
  }

  static Op barrier(Args a) {
    a.flag("cta");
    if (a.flag("warp")) {
      a.flag("sync");
      return WarpOps.warpBarrier(a);
    }
    String action = a.oneOf("sync", "arrive", "red");
    a.flag("aligned");
    if (action == null) {
      throw a.unsupported("only sync, arrive, red and warp.sync are known");
    }
    if (action.equals("red")) {
      return reduction(a);
    }
    int id = a.in(0, PtxType.U32);
    int count = a.count() > 1 ? a.in(1, PtxType.U32) : -1;
    return new BarrierOp(id, count, action.equals("sync"), null, -1, null);
  }

  private static Op reduction(Args a) {
    String reduction = a.oneOf("popc", "and", "or");
    a.flag("u32");
    a.flag("pred");
    if (reduction == null) {
      throw a.unsupported("only popc, and, or are known");
    }
    int target = reduction.equals("popc") ? a.out(0) : a.predicateOut(a.operand(0));
    int id = a.in(1, PtxType.U32);
    int count = a.count() > 3 ? a.in(2, PtxType.U32) : -1;
    PredicateSource vote = a.predicate(a.count() - 1);
    return new BarrierOp(id, count, true, reduction, target, vote);
  }
}
