package org.residuum.backend.cuda;

import org.residuum.network.Parameters;

/** fp32 values computed of parameters on the host. */
@FunctionalInterface
interface Derivation {
  float[] of(Parameters parameters);
}
