package org.residuum.backend.cuda;

import java.util.EnumMap;
import java.util.Map;
import org.residuum.ptx.PtxEntry;
import org.residuum.ptx.PtxModule;

/** The committed modules as the interpreter reads them. */
final class KernelModules {
  private static final Map<org.residuum.backend.cuda.PtxModule, PtxModule> PARSED =
      new EnumMap<>(org.residuum.backend.cuda.PtxModule.class);

  private KernelModules() {}

  static synchronized PtxModule parsed(org.residuum.backend.cuda.PtxModule module) {
    return PARSED.computeIfAbsent(module, m -> PtxModule.parse(m.source()));
  }

  /** The entry as it ships. */
  static PtxEntry committed(Kernel kernel, Storage storage) {
    return parsed(storage.module()).entry(kernel.entry(storage));
  }
}
