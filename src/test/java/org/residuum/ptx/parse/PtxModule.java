package org.residuum.ptx.parse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.ptx.KernelCompiler;

/** A parsed PTX text: its entries, functions and variables. */
public final class PtxModule {
  final Map<String, Function> functions;
  final Map<String, Variable> variables;
  private final Map<String, PtxEntry> entries = new LinkedHashMap<>();
  private final String version;
  private final String target;

  private PtxModule(ModuleParser parser) {
    functions = parser.functions;
    variables = parser.variables;
    version = parser.version;
    target = parser.target;
    for (Function function : functions.values()) {
      if (function.entry) {
        entries.put(function.name, new PtxEntry(this, function));
      }
    }
  }

  /**
   * Reads PTX text and makes sure that every instruction of every entry is known.
   *
   * @throws PtxException naming line and instruction otherwise
   */
  public static PtxModule parse(String text) {
    PtxModule module = new PtxModule(new ModuleParser(text).parse());
    module.entries.values().forEach(e -> module.compiler(name -> 0).compile(e.function));
    return module;
  }

  public KernelCompiler compiler(java.util.function.ToLongFunction<String> addresses) {
    return new KernelCompiler(functions, variables, addresses);
  }

  /** The entry of that name. */
  public PtxEntry entry(String name) {
    PtxEntry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(
          "no entry '" + name + "' in the module: it has " + entries.keySet());
    }
    return entry;
  }

  /** All entries, in the order of the text. */
  public List<PtxEntry> entries() {
    return new ArrayList<>(entries.values());
  }

  /** The PTX ISA version, such as {@code 8.0}. */
  public String version() {
    return version;
  }

  /** The architecture, such as {@code sm_75}. */
  public String target() {
    return target;
  }
}
