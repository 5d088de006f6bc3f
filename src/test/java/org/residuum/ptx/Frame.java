package org.residuum.ptx;

import java.util.HashMap;
import java.util.Map;
import org.residuum.ptx.parse.Function;
import org.residuum.ptx.parse.PtxType;

/** One inlined copy of a function: how its names map to those of the kernel. */
public final class Frame {
  public final Function function;
  final String prefix;

  /** Offsets in local memory of the variables and of the parameters passed through memory. */
  final Map<String, Integer> localOffsets = new HashMap<>();

  /** Label to jump to instead of returning; null in the entry. */
  public final String end;

  Frame(Function function, String prefix, String end) {
    this.function = function;
    this.prefix = prefix;
    this.end = end;
  }

  public PtxType registerType(String name) {
    return function.registers.get(name);
  }

  public String unique(String name) {
    return prefix + name;
  }
}
