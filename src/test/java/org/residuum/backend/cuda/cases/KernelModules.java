package org.residuum.backend.cuda.cases;

import java.util.EnumMap;
import java.util.Map;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;
import org.residuum.ptx.parse.PtxEntry;
import org.residuum.ptx.parse.PtxModule;

/** The committed modules as the interpreter reads them. */
public final class KernelModules {
  private static final Map<org.residuum.backend.cuda.kernel.PtxModule, PtxModule> PARSED =
      new EnumMap<>(org.residuum.backend.cuda.kernel.PtxModule.class);

  private KernelModules() {}

  static synchronized PtxModule parsed(org.residuum.backend.cuda.kernel.PtxModule module) {
    return PARSED.computeIfAbsent(module, m -> PtxModule.parse(m.source()));
  }

  /** The entry as it ships. */
  public static PtxEntry committed(Kernel kernel, ElementType storage) {
    return parsed(org.residuum.backend.cuda.kernel.PtxModule.of(storage))
        .entry(kernel.entry(storage));
  }
}
