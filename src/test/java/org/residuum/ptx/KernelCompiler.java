package org.residuum.ptx;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.residuum.ptx.instruction.Args;
import org.residuum.ptx.instruction.BranchOp;
import org.residuum.ptx.instruction.ExitOp;
import org.residuum.ptx.instruction.Instructions;
import org.residuum.ptx.instruction.Op;
import org.residuum.ptx.parse.Function;
import org.residuum.ptx.parse.Instruction;
import org.residuum.ptx.parse.Operand;
import org.residuum.ptx.parse.PtxEntry;
import org.residuum.ptx.parse.PtxParameter;
import org.residuum.ptx.parse.Variable;

/** Turns an entry and the functions it calls, which are inlined, into a {@link Kernel}. */
public final class KernelCompiler {
  public final KernelBuilder builder = new KernelBuilder();
  private final Map<String, Function> functions;
  private final Map<String, Variable> globals;
  private final ToLongFunction<String> globalAddress;
  private final Map<String, Integer> labels = new HashMap<>();
  private final Map<String, Integer> sharedOffsets = new HashMap<>();
  private final Map<String, Integer> parameterOffsets = new HashMap<>();
  private final Deque<String> inlining = new ArrayDeque<>();
  private int copies;

  /**
   * @param globalAddress where the variables in global and constant memory lie
   */
  public KernelCompiler(
      Map<String, Function> functions,
      Map<String, Variable> globals,
      ToLongFunction<String> globalAddress) {
    this.functions = functions;
    this.globals = globals;
    this.globalAddress = globalAddress;
  }

  public Kernel compile(Function entry) {
    int end = 0;
    for (PtxParameter p : PtxEntry.parameters(entry)) {
      parameterOffsets.put(p.name(), p.offset());
      end = p.offset() + p.bytes();
    }
    placeShared(entry);
    inline(new Frame(entry, "", null));
    link();
    return new Kernel(this.builder, entry, end);
  }

  private void placeShared(Function entry) {
    Set<Function> reachable = new LinkedHashSet<>();
    collect(entry, reachable);
    Set<String> named = new HashSet<>();
    for (Function f : reachable) {
      f.variables.values().stream().filter(v -> v.space().equals("shared")).forEach(v -> place(v));
      f.body.stream()
          .filter(s -> s.instruction() != null)
          .forEach(s -> s.instruction().operands().forEach(o -> names(o, named)));
    }
    List<Variable> module =
        globals.values().stream()
            .filter(v -> v.space().equals("shared") && named.contains(v.name()))
            .toList();
    module.stream().filter(v -> !v.external() || v.bytes() > 0).forEach(this::place);
    List<Variable> dynamic = module.stream().filter(v -> v.external() && v.bytes() == 0).toList();
    int alignment = dynamic.stream().mapToInt(Variable::alignment).max().orElse(16);
    int offset = builder.shared.place(0, alignment);
    dynamic.forEach(v -> sharedOffsets.put(v.name(), offset));
  }

  private void place(Variable v) {
    sharedOffsets.put(v.name(), builder.shared.place(v.bytes(), v.alignment()));
  }

  private void collect(Function function, Set<Function> reachable) {
    if (!reachable.add(function)) {
      return;
    }
    Set<String> named = new HashSet<>();
    for (Function.Statement s : function.body) {
      if (s.instruction() != null && s.instruction().name().equals("call")) {
        s.instruction().operands().forEach(o -> names(o, named));
      }
    }
    named.stream().map(functions::get).filter(f -> f != null).forEach(f -> collect(f, reachable));
  }

  private static void names(Operand operand, Set<String> into) {
    if (operand instanceof Operand.Name name) {
      into.add(name.name());
    } else if (operand instanceof Operand.Address address) {
      names(address.base(), into);
    } else if (operand instanceof Operand.Sum sum) {
      names(sum.base(), into);
    } else if (operand instanceof Operand.Vector vector) {
      vector.elements().forEach(e -> names(e, into));
    } else if (operand instanceof Operand.Group group) {
      group.elements().forEach(e -> names(e, into));
    }
  }

  /** Appends the body of a function. */
  private void inline(Frame frame) {
    for (Variable v : frame.function.variables.values()) {
      if (v.space().equals("local") || v.space().equals("param")) {
        frame.localOffsets.put(v.name(), builder.local.place(v.bytes(), v.alignment()));
      }
    }
    for (Function.Statement s : frame.function.body) {
      if (s.label() != null) {
        labels.put(frame.unique(s.label()), builder.ops.size());
      } else if (s.instruction().name().equals("call")) {
        call(new Args(s.instruction(), frame, this));
      } else {
        append(new Args(s.instruction(), frame, this));
      }
    }
    if (frame.end != null) {
      labels.put(frame.end, builder.ops.size());
    } else if (builder.ops.isEmpty()
        || !(builder.ops.get(builder.ops.size() - 1) instanceof ExitOp)) {
      Instruction ret =
          new Instruction(frame.function.line, "ret", "ret", List.of(), null, false, List.of());
      append(new Args(ret, frame, this));
    }
  }

  private void append(Args args) {
    Op op = args.finish(Instructions.compile(args));
    op.index = builder.ops.size();
    builder.ops.add(op);
  }

  private void call(Args args) {
    args.flag("uni");
    List<Operand> operands = args.instruction.operands();
    boolean returns = operands.get(0) instanceof Operand.Group;
    String name = operands.get(returns ? 1 : 0) instanceof Operand.Name n ? n.name() : "";
    Function callee = functions.get(name);
    if (args.instruction.guard() != null || callee == null || !callee.defined) {
      throw args.unsupported("only unguarded calls of functions in the same module are known");
    }
    if (inlining.contains(name)) {
      throw args.unsupported(name + " calls itself; functions are inlined");
    }
    int copy = ++copies;
    Frame frame = new Frame(callee, name + "@" + copy + ":", "end@" + copy);
    bind(args, frame, callee.returns, returns ? operands.get(0) : null);
    int at = returns ? 2 : 1;
    bind(args, frame, callee.parameters, operands.size() > at ? operands.get(at) : null);
    inlining.push(name);
    inline(frame);
    inlining.pop();
  }

  /** Lets the formal parameters stand for the caller's variables. */
  private static void bind(Args args, Frame callee, List<Variable> formals, Operand group) {
    List<Operand> actuals = group == null ? List.of() : ((Operand.Group) group).elements();
    if (actuals.size() != formals.size()) {
      throw args.unsupported(actuals.size() + " arguments for " + formals.size() + " parameters");
    }
    for (int i = 0; i < formals.size(); i++) {
      Integer offset =
          actuals.get(i) instanceof Operand.Name name
              ? args.frame.localOffsets.get(name.name())
              : null;
      if (offset == null || !formals.get(i).space().equals("param")) {
        throw args.unsupported("arguments must be .param variables");
      }
      callee.localOffsets.put(formals.get(i).name(), offset);
    }
  }

  /** The address of a variable in its own space. */
  public long address(Args args, String name) {
    Integer offset = args.frame.localOffsets.get(name);
    offset = offset == null ? sharedOffsets.get(name) : offset;
    offset = offset == null && args.frame.end == null ? parameterOffsets.get(name) : offset;
    if (offset != null) {
      return offset;
    }
    if (globals.containsKey(name)) {
      return globalAddress.applyAsLong(name);
    }
    throw args.unsupported("'" + name + "' is neither a register nor a variable");
  }

  /**
   * Whether a {@code .param} name means memory of the calling thread, not the launch's parameters.
   */
  public boolean isLocal(Args args, String name) {
    return args.frame.localOffsets.containsKey(name);
  }

  /** Resolves labels and the place of predicates in the table of written registers. */
  private void link() {
    for (Op op : builder.ops) {
      shift(op.reads);
      shift(op.writes);
      if (op instanceof BranchOp branch) {
        branch.link(labels);
      }
    }
  }

  private void shift(int[] encoded) {
    for (int i = 0; i < encoded.length; i++) {
      encoded[i] = encoded[i] < 0 ? builder.slots() - 1 - encoded[i] : encoded[i];
    }
  }
}
