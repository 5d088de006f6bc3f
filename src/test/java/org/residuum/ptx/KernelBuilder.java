package org.residuum.ptx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.ptx.instruction.Op;
import org.residuum.ptx.memory.Space;
import org.residuum.ptx.parse.SpecialRegister;
import org.residuum.ptx.parse.VariableLayout;

/** Collects the instructions, register slots and memory layout of a kernel while it is compiled. */
public final class KernelBuilder {
  final List<Op> ops = new ArrayList<>();
  final VariableLayout local = new VariableLayout();
  final VariableLayout shared = new VariableLayout();

  /** log2 of the smallest access to shared and to global memory. */
  int sharedGranule = 3;

  int globalGranule = 3;

  private final Map<String, Integer> registers = new HashMap<>();
  private final Map<String, Integer> predicateRegisters = new HashMap<>();
  private final Map<Long, Integer> constants = new LinkedHashMap<>();
  private final Map<String, Integer> specials = new LinkedHashMap<>();
  private final Map<Boolean, Integer> constantPredicates = new HashMap<>();
  private int slots;
  private int predicates;

  public int register(String name) {
    return registers.computeIfAbsent(name, n -> slots++);
  }

  public int predicate(String name) {
    return predicateRegisters.computeIfAbsent(name, n -> predicates++);
  }

  public int constant(long value) {
    return constants.computeIfAbsent(value, v -> slots++);
  }

  /** The slot of a special register, or -1 where none has that name. */
  public int special(String name) {
    if (SpecialRegister.named(name) == null) {
      return -1;
    }
    return specials.computeIfAbsent(name, n -> slots++);
  }

  public int constantPredicate(boolean value) {
    return constantPredicates.computeIfAbsent(value, v -> predicates++);
  }

  int slots() {
    return slots;
  }

  int predicates() {
    return predicates;
  }

  Map<Boolean, Integer> constantPredicates() {
    return constantPredicates;
  }

  List<Kernel.Constant> constants() {
    List<Kernel.Constant> list = new ArrayList<>();
    constants.forEach((value, slot) -> list.add(new Kernel.Constant(slot, value)));
    return list;
  }

  List<Kernel.Special> specials() {
    List<Kernel.Special> list = new ArrayList<>();
    specials.forEach(
        (name, slot) -> list.add(new Kernel.Special(slot, SpecialRegister.named(name))));
    return list;
  }

  /** Notes that the kernel accesses that many bytes of a space at once, for the race records. */
  public void accesses(Space space, int bytes) {
    int log = Integer.numberOfTrailingZeros(bytes);
    if (space == Space.SHARED || space == Space.GENERIC) {
      sharedGranule = Math.min(sharedGranule, log);
    }
    if (space == Space.GLOBAL || space == Space.GENERIC) {
      globalGranule = Math.min(globalGranule, log);
    }
  }
}
