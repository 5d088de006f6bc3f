package org.residuum.backend.cuda.op;

import org.residuum.network.Parameters;

/** fp32 values computed of parameters on the host. */
@FunctionalInterface
public interface Derivation {
  float[] of(Parameters parameters);
}
