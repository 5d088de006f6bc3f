package org.residuum.backend;

import java.util.List;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.reference.ReferenceBackend;

/** The backends that the proofs run on; a new one joins by its line here. */
final class Backends {
  private static final List<TrainingBackend> ALL =
      List.of(new ReferenceBackend(), new CpuBackend());

  private Backends() {}

  static List<TrainingBackend> all() {
    return ALL;
  }

  /** Those that are not the definition itself. */
  static List<TrainingBackend> others() {
    return ALL.subList(1, ALL.size());
  }
}
