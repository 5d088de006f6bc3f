package org.residuum.ptx.instruction;

import java.util.ArrayList;
import java.util.List;
import org.residuum.ptx.Frame;
import org.residuum.ptx.KernelBuilder;
import org.residuum.ptx.KernelCompiler;
import org.residuum.ptx.Warp;
import org.residuum.ptx.parse.Instruction;
import org.residuum.ptx.parse.Operand;
import org.residuum.ptx.parse.PredicateSource;
import org.residuum.ptx.parse.PtxException;
import org.residuum.ptx.parse.PtxType;

/**
 * One instruction while it is compiled: hands out operands as slots and modifiers as flags, and
 * refuses what nobody asked for.
 */
public final class Args {
  public final Instruction instruction;
  public final Frame frame;
  public final KernelCompiler compiler;
  public final KernelBuilder builder;
  private final List<String> modifiers;
  private final List<Integer> reads = new ArrayList<>();
  private final List<Integer> writes = new ArrayList<>();
  private int used;

  public Args(Instruction instruction, Frame frame, KernelCompiler compiler) {
    this.instruction = instruction;
    this.frame = frame;
    this.compiler = compiler;
    this.builder = compiler.builder;
    this.modifiers = new ArrayList<>(instruction.modifiers());
  }

  /** Takes a modifier where it is there. */
  public boolean flag(String name) {
    return modifiers.remove(name);
  }

  /** Takes the first modifier that is one of {@code names}; null where none is there. */
  public String oneOf(String... names) {
    for (String modifier : modifiers) {
      for (String name : names) {
        if (modifier.equals(name)) {
          modifiers.remove(modifier);
          return name;
        }
      }
    }
    return null;
  }

  /** Takes the first modifier, whatever it is. */
  String first() {
    if (modifiers.isEmpty()) {
      throw unsupported("a modifier is missing");
    }
    return modifiers.remove(0);
  }

  boolean has(String modifier) {
    return modifiers.contains(modifier);
  }

  /** Takes the last modifier, which must be a type. */
  public PtxType type() {
    PtxType type = lastType();
    modifiers.remove(modifiers.size() - 1);
    return type;
  }

  PtxType lastType() {
    String last = modifiers.isEmpty() ? "" : modifiers.get(modifiers.size() - 1);
    PtxType type = PtxType.named(last);
    if (type == null) {
      throw unsupported("'" + last + "' is not a known type");
    }
    return type;
  }

  public PtxException unsupported(String why) {
    return instruction.unsupported(why);
  }

  public int count() {
    return instruction.operands().size();
  }

  public Operand operand(int k) {
    used = Math.max(used, k + 1);
    if (k >= count()) {
      throw unsupported("operand " + (k + 1) + " is missing");
    }
    return instruction.operands().get(k);
  }

  /** The slot of source operand {@code k}. */
  public int in(int k, PtxType type) {
    return in(operand(k), type);
  }

  public int in(Operand operand, PtxType type) {
    if (operand instanceof Operand.Bits bits) {
      return builder.constant(type.truncate(bits.value()));
    } else if (operand instanceof Operand.Decimal decimal) {
      return builder.constant(encode(decimal.value(), type));
    } else if (operand instanceof Operand.Sum sum && sum.base() instanceof Operand.Name name) {
      return builder.constant(compiler.address(this, name.name()) + sum.offset());
    } else if (operand instanceof Operand.Name name) {
      return register(name.name());
    }
    throw unsupported("an operand of this form is not known");
  }

  private int register(String name) {
    PtxType type = frame.registerType(name);
    if (type == PtxType.PRED) {
      throw unsupported(name + " is a predicate");
    } else if (type != null) {
      int slot = builder.register(frame.unique(name));
      reads.add(slot);
      return slot;
    } else if (name.equals("WARP_SZ")) {
      return builder.constant(Warp.LANES);
    }
    int special = name.startsWith("%") ? builder.special(name) : -1;
    return special >= 0 ? special : builder.constant(compiler.address(this, name));
  }

  private static long encode(double value, PtxType type) {
    return switch (type) {
      case F64 -> Double.doubleToRawLongBits(value);
      case F32 -> Float.floatToRawIntBits((float) value) & 0xffffffffL;
      default -> (long) value;
    };
  }

  /** The slot of destination {@code k}. */
  public int out(int k) {
    return out(operand(k));
  }

  public int out(Operand operand) {
    if (operand instanceof Operand.Name name) {
      if (name.name().equals("_")) {
        return builder.register("_");
      }
      PtxType type = frame.registerType(name.name());
      if (type != null && type != PtxType.PRED) {
        int slot = builder.register(frame.unique(name.name()));
        writes.add(slot);
        return slot;
      }
    }
    throw unsupported("the destination is not a register");
  }

  /** The declared type of the register that operand {@code k} names; null where it is none. */
  public PtxType declared(int k) {
    return declared(operand(k));
  }

  public PtxType declared(Operand operand) {
    return operand instanceof Operand.Name name ? frame.registerType(name.name()) : null;
  }

  /** A predicate destination; -1 for {@code _}. */
  int predicateOut(Operand operand) {
    String name = ((Operand.Name) operand).name();
    if (name.equals("_")) {
      return -1;
    }
    checkPredicate(name);
    int predicate = builder.predicate(frame.unique(name));
    writes.add(-1 - predicate);
    return predicate;
  }

  /** A predicate source, {@code p}, {@code !p} or a literal. */
  PredicateSource predicate(int k) {
    return predicate(operand(k), false);
  }

  private PredicateSource predicate(Operand operand, boolean negated) {
    if (operand instanceof Operand.Not not) {
      return predicate(not.predicate(), !negated);
    } else if (operand instanceof Operand.Bits bits) {
      return new PredicateSource(builder.constantPredicate(true), negated == (bits.value() != 0));
    } else if (operand instanceof Operand.Name name) {
      checkPredicate(name.name());
      int predicate = builder.predicate(frame.unique(name.name()));
      reads.add(-1 - predicate);
      return new PredicateSource(predicate, negated);
    }
    throw unsupported("a predicate is expected");
  }

  private void checkPredicate(String name) {
    if (frame.registerType(name) != PtxType.PRED) {
      throw unsupported(name + " is not a predicate");
    }
  }

  /** The value of a literal operand. */
  public int literal(int k) {
    if (operand(k) instanceof Operand.Bits bits) {
      return (int) bits.value();
    }
    throw unsupported("operand " + (k + 1) + " must be a literal");
  }

  /** Checks that everything was understood and completes the instruction. */
  public Op finish(Op op) {
    if (!modifiers.isEmpty()) {
      throw unsupported("unknown modifier '" + modifiers.get(0) + "'");
    }
    if (used < count()) {
      throw unsupported((count() - used) + " operands too many");
    }
    op.source = instruction;
    op.reads = encoded(reads);
    op.writes = encoded(writes);
    if (instruction.guard() != null) {
      checkPredicate(instruction.guard());
      op.guard = builder.predicate(frame.unique(instruction.guard()));
      op.guardNegated = instruction.negated();
    }
    return op;
  }

  /**
   * Slots as they are, predicates as -1 - p until {@link KernelCompiler} knows the number of slots.
   */
  private static int[] encoded(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).distinct().toArray();
  }
}
