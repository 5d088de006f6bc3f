package org.residuum.bench;

import java.util.Map;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.lower.LoweredPlan;
import org.residuum.plan.MemoryPlan;

/** Residuum's session over a plan of the workload's batch size. */
final class Inference implements Contestant {
  /** bf16 keeps 8 bits: 2⁻⁸ for each of some dozens of layers. */
  private static final double BF16_TOLERANCE = 0.1;

  private final Backend backend;
  private final Workload workload;
  private final Plan plan;
  private final Session session;

  Inference(Backend backend, Workload workload) {
    this.backend = backend;
    this.workload = workload;
    CompileOptions options = CompileOptions.batch(workload.batch());
    plan = backend.compile(workload.network(), workload.parameters(), options);
    session = plan.session();
    workload.fill(session.input("x"), session.layout());
  }

  MemoryPlan memory() {
    return ((LoweredPlan<?, ?>) plan).memory();
  }

  @Override
  public String name() {
    return backend.precision() == Precision.BF16 ? Row.Peer.BF16.toString() : "Residuum";
  }

  @Override
  public double tolerance() {
    return backend.precision() == Precision.BF16 ? BF16_TOLERANCE : Contestant.super.tolerance();
  }

  @Override
  public void run() {
    session.run();
  }

  @Override
  public Map<String, float[]> results() {
    return Map.of(workload.output(), Floats.copy(session.output(workload.output())));
  }

  @Override
  public void close() {
    session.close();
    plan.close();
  }
}
