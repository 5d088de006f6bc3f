package org.residuum.backend.cuda.cases;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.residuum.backend.cuda.KernelTable;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;
import org.residuum.ptx.parse.PtxEntry;
import org.residuum.ptx.parse.PtxModule;

/** The kernels by name, and the committed modules as the interpreter reads them. */
public final class Kernels {
  private static final Map<String, Kernel> BY_NAME =
      KernelTable.all().stream().collect(Collectors.toMap(Kernel::name, Function.identity()));

  private static final Map<org.residuum.backend.cuda.kernel.PtxModule, PtxModule> PARSED =
      new EnumMap<>(org.residuum.backend.cuda.kernel.PtxModule.class);

  private Kernels() {}

  public static Kernel kernel(String name) {
    Kernel kernel = BY_NAME.get(name);
    if (kernel == null) {
      throw new IllegalArgumentException("no kernel is named " + name);
    }
    return kernel;
  }

  static synchronized PtxModule parsed(org.residuum.backend.cuda.kernel.PtxModule module) {
    return PARSED.computeIfAbsent(module, m -> PtxModule.parse(m.source()));
  }

  /** The entry as it ships. */
  public static PtxEntry committed(Kernel kernel, ElementType storage) {
    return parsed(org.residuum.backend.cuda.kernel.PtxModule.of(storage))
        .entry(kernel.entry(storage));
  }
}
