package org.residuum.ptx;

import java.util.List;
import org.residuum.ptx.instruction.Op;
import org.residuum.ptx.memory.Cell;
import org.residuum.ptx.parse.Function;
import org.residuum.ptx.parse.PtxEntry;
import org.residuum.ptx.parse.SpecialRegister;

/**
 * An entry compiled for one machine: decoded instructions and the layout of registers and memory.
 */
public final class Kernel {
  final String name;
  final Op[] ops;
  final int slots;
  final int predicates;
  final int[] initiallyWritten;
  public final int localBytes;
  final byte[] localShadow;
  final byte[] staticSharedShadow;

  /** Bytes of static shared memory that belong to variables. */
  final int staticShared;

  final int sharedGranule;
  public final int globalGranule;
  public final int parameterBytes;
  final int maxThreads;
  private final List<Constant> constants;
  private final List<Special> specials;

  /** A slot that always holds the same value. */
  record Constant(int slot, long value) {}

  /** A slot that holds a special register. */
  record Special(int slot, SpecialRegister register) {}

  Kernel(KernelBuilder b, Function function, int parameterBytes) {
    name = function.name;
    ops = b.ops.toArray(new Op[0]);
    slots = b.slots();
    predicates = b.predicates();
    constants = List.copyOf(b.constants());
    specials = List.copyOf(b.specials());
    initiallyWritten = new int[slots + predicates];
    constants.forEach(c -> initiallyWritten[c.slot] = -1);
    specials.forEach(s -> initiallyWritten[s.slot] = -1);
    b.constantPredicates().forEach((value, index) -> initiallyWritten[slots + index] = -1);
    localShadow = b.local.shadow();
    localBytes = localShadow.length;
    staticSharedShadow = b.shared.shadow();
    staticShared = variables(staticSharedShadow);
    sharedGranule = b.sharedGranule;
    globalGranule = b.globalGranule;
    this.parameterBytes = parameterBytes;
    maxThreads = PtxEntry.maxThreads(function);
    truth = b.constantPredicates().getOrDefault(true, -1);
  }

  private final int truth;

  private static int variables(byte[] shadow) {
    int bytes = 0;
    for (byte state : shadow) {
      bytes += state == Cell.RED ? 0 : 1;
    }
    return bytes;
  }

  /** Registers beside predicates, whose places in reads and writes follow theirs. */
  public int slotCount() {
    return slots;
  }

  /** Fills what no instruction writes. */
  void preload(Warp warp) {
    for (Constant c : constants) {
      java.util.Arrays.fill(warp.r, c.slot * Warp.LANES, (c.slot + 1) * Warp.LANES, c.value);
    }
    if (truth >= 0) {
      warp.p[truth] = -1;
    }
  }

  void setBlock(Warp warp, int[] position) {
    for (Special s : specials) {
      for (int l = 0; l < Warp.LANES; l++) {
        warp.r[s.slot * Warp.LANES + l] =
            s.register.value(warp.block.launch, position, warp.number, l);
      }
    }
  }
}
