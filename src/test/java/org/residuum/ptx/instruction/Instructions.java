package org.residuum.ptx.instruction;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.residuum.ptx.memory.AsyncOps;
import org.residuum.ptx.memory.AtomicOps;
import org.residuum.ptx.memory.MemoryOps;
import org.residuum.ptx.parse.PtxType;

/** Which opcode is compiled where. */
public final class Instructions {
  private static final Map<String, Function<Args, Op>> TABLE = new HashMap<>();

  static {
    control();
    memory();
    arithmetic();
    bits();
    predicates();
    warp();
  }

  private Instructions() {}

  private static void control() {
    TABLE.put("bra", ControlOps::branch);
    TABLE.put("brx", ControlOps::branchIndexed);
    TABLE.put("ret", ControlOps::ret);
    TABLE.put("exit", ControlOps::exit);
    TABLE.put("trap", ControlOps::trap);
    TABLE.put("bar", ControlOps::barrier);
    TABLE.put("barrier", ControlOps::barrier);
    TABLE.put("nanosleep", ControlOps::nothing);
    TABLE.put("pmevent", ControlOps::nothing);
  }

  private static void memory() {
    TABLE.put("ld", MemoryOps::load);
    TABLE.put("ldu", MemoryOps::load);
    TABLE.put("st", MemoryOps::store);
    TABLE.put("atom", AtomicOps::compile);
    TABLE.put("red", AtomicOps::compile);
    TABLE.put("cp", AsyncOps::compile);
    TABLE.put("ldmatrix", MatrixOps::load);
    TABLE.put("movmatrix", MatrixOps::move);
    TABLE.put("mma", MatrixOps::multiply);
    TABLE.put("membar", FenceOps::compile);
    TABLE.put("fence", FenceOps::compile);
    TABLE.put("prefetch", ControlOps::nothing);
    TABLE.put("prefetchu", ControlOps::nothing);
  }

  private static void arithmetic() {
    for (String name :
        new String[] {"add", "sub", "mul", "mad", "fma", "div", "min", "max", "abs", "neg"}) {
      TABLE.put(name, Instructions::number);
    }
    for (String name :
        new String[] {"rcp", "sqrt", "rsqrt", "ex2", "lg2", "sin", "cos", "tanh", "copysign"}) {
      TABLE.put(name, FloatOps::compile);
    }
    for (String name : new String[] {"addc", "subc", "madc"}) {
      TABLE.put(name, CarryOps::compile);
    }
    TABLE.put("cvt", ConvertOps::compile);
    for (String name : new String[] {"rem", "mul24", "mad24", "sad", "dp4a"}) {
      TABLE.put(name, IntegerOps::compile);
    }
  }

  private static void bits() {
    for (String name : new String[] {"and", "or", "xor", "not"}) {
      TABLE.put(
          name, a -> a.lastType() == PtxType.PRED ? PredicateOps.logic(a) : BitOps.compile(a));
    }
    for (String name :
        new String[] {
          "cnot", "shl", "shr", "shf", "bfe", "bfi", "bfind", "brev", "clz", "popc", "prmt", "lop3",
          "szext", "bmsk", "fns"
        }) {
      TABLE.put(name, BitOps::compile);
    }
  }

  private static void predicates() {
    TABLE.put("setp", PredicateOps::setp);
    TABLE.put("set", PredicateOps::set);
    TABLE.put("selp", PredicateOps::selp);
    TABLE.put("slct", PredicateOps::slct);
    TABLE.put("testp", PredicateOps::testp);
    TABLE.put("mov", MoveOps::move);
    TABLE.put("cvta", MoveOps::convertAddress);
    TABLE.put("isspacep", MoveOps::isSpace);
  }

  private static void warp() {
    TABLE.put("activemask", WarpOps::activeMask);
    TABLE.put("shfl", WarpOps::shuffle);
    TABLE.put("vote", WarpOps::vote);
    TABLE.put("match", WarpOps::match);
    TABLE.put("redux", WarpOps::reduce);
    TABLE.put("elect", WarpOps::elect);
  }

  private static Op number(Args a) {
    if (a.has("cc")) {
      return CarryOps.compile(a);
    }
    return a.lastType().isInteger() ? IntegerOps.compile(a) : FloatOps.compile(a);
  }

  public static Op compile(Args a) {
    Function<Args, Op> compiler = TABLE.get(a.instruction.name());
    if (compiler == null) {
      throw a.unsupported("unknown opcode");
    }
    return compiler.apply(a);
  }
}
