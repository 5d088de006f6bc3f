package org.residuum.backend.cuda;

import org.residuum.backend.cuda.op.CudaStep;
import org.residuum.backend.cuda.op.Derivation;
import org.residuum.backend.lower.ParameterSource;
import org.residuum.backend.lower.Place;
import org.residuum.backend.lower.Program;
import org.residuum.network.Value;

/** The addresses of a program's places in one session. */
record Addresses(
    Program<CudaStep, Derivation> program, long arena, long scratch, ParameterSource parameters)
    implements Place.Regions {
  /** In the arena, or where the gradient of its parameter is. */
  @Override
  public long value(Value value) {
    String parameter = program.gradientOf(value);
    return parameter == null
        ? arena + program.memory().offset(value)
        : parameters.gradient(parameter);
  }
}
