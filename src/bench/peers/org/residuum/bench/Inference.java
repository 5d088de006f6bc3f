package org.residuum.bench;

import java.util.Map;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.lower.LoweredPlan;
import org.residuum.plan.MemoryPlan;

/** Residuum's session over a plan of the workload's batch size. */
final class Inference implements Contestant {
  private final Workload workload;
  private final Plan plan;
  private final Session session;

  Inference(Backend backend, Workload workload) {
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
    return "Residuum";
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
