package org.residuum.ptx.parse;

import java.util.ArrayList;
import java.util.List;

/** A kernel of a module. */
public final class PtxEntry {
  public final PtxModule module;
  public final Function function;

  PtxEntry(PtxModule module, Function function) {
    this.module = module;
    this.function = function;
  }

  public String name() {
    return function.name;
  }

  /** The parameters in order, with their places in the parameter buffer. */
  public List<PtxParameter> parameters() {
    return parameters(function);
  }

  public static List<PtxParameter> parameters(Function function) {
    List<PtxParameter> parameters = new ArrayList<>();
    int offset = 0;
    for (Variable v : function.parameters) {
      offset = VariableLayout.align(offset, v.alignment());
      parameters.add(new PtxParameter(v.name(), v.type().ptxName(), (int) v.bytes(), offset));
      offset += (int) v.bytes();
    }
    return parameters;
  }

  /** Threads a block that {@code .maxntid} or {@code .reqntid} allow; 1024 without them. */
  public int maxThreads() {
    return maxThreads(function);
  }

  public static int maxThreads(Function function) {
    List<Integer> limit = function.limits.getOrDefault("reqntid", function.limits.get("maxntid"));
    return limit == null ? 1024 : limit.stream().reduce(1, (a, b) -> a * b);
  }
}
