package org.residuum.backend.cuda;

import java.util.List;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cuda.driver.CudaException;
import org.residuum.backend.cuda.driver.CudaGraph;
import org.residuum.backend.cuda.driver.Resources;
import org.residuum.bench.Workload;
import org.residuum.plan.Gradients;

/**
 * A network on the device whose first batch was traced.
 *
 * @param batch runs a batch, or a training step, and waits for it
 * @param steps what the device did for it, without the copies from and to the host
 */
record TracedNetwork(
    BenchDevice device,
    DeviceTrace trace,
    Runnable batch,
    List<DeviceTrace.Entry> steps,
    Resources resources)
    implements AutoCloseable {
  private static final UpdateRule RULE = new UpdateRule.Sgd(0.9, true, 5e-4, true);
  private static final double RATE = 1e-3;

  static TracedNetwork infers(BenchDevice device, Workload workload, Precision precision) {
    DeviceTrace trace = new DeviceTrace();
    Resources resources = new Resources();
    try {
      CudaBackend backend = new CudaBackend(trace.watch(device.driver()), precision);
      CompileOptions options = CompileOptions.batch(workload.batch());
      Plan plan = backend.compile(workload.network(), workload.parameters(), options);
      resources.add(plan::close);
      Session session = plan.session();
      resources.add(session::close);
      workload.fill(session.input("x"), session.layout());
      return of(device, trace, session::run, resources);
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  static TracedNetwork trains(BenchDevice device, Workload workload, Precision precision) {
    DeviceTrace trace = new DeviceTrace();
    Resources resources = new Resources();
    try {
      CudaBackend backend = new CudaBackend(trace.watch(device.driver()), precision);
      TrainingSession session =
          backend.train(
              Gradients.of(workload.network(), 0),
              workload.parameters(),
              CompileOptions.batch(workload.batch()));
      resources.add(session::close);
      workload.fill(session.input("x"), session.layout());
      session.input(Gradients.LABELS).put(0, workload.labels());
      double[] norm = new double[1];
      return of(
          device,
          trace,
          () -> norm[0] = session.step(session.slots().get(0), RULE, RATE, 0).getAsDouble(),
          resources);
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  private static TracedNetwork of(
      BenchDevice device, DeviceTrace trace, Runnable batch, Resources resources) {
    trace.record(batch);
    return new TracedNetwork(device, trace, batch, trace.entries(entry -> true), resources);
  }

  /** Times what is given to the stream of the steps. */
  DeviceClock clock() {
    return new DeviceClock(device.driver(), trace.stream());
  }

  /**
   * The steps as one graph.
   *
   * @throws CudaException where the device cannot record them
   */
  CudaGraph graph() {
    return trace.stream().capture(DeviceTrace.replay(steps));
  }

  @Override
  public void close() {
    resources.close();
  }
}
