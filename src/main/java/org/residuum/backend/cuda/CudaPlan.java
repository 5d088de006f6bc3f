package org.residuum.backend.cuda;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Session;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.op.CudaAssembly;
import org.residuum.backend.cuda.op.CudaOps;
import org.residuum.backend.cuda.op.CudaStep;
import org.residuum.backend.cuda.op.Derivation;
import org.residuum.backend.cuda.op.ValueTypes;
import org.residuum.backend.lower.LoweredPlan;
import org.residuum.backend.lower.Program;
import org.residuum.backend.lower.Targets;
import org.residuum.network.ElementType;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Parameters;
import org.residuum.network.Value;
import org.residuum.plan.MemoryPlan;
import org.residuum.plan.Recomputation;

/** Steps chosen, values placed, weights uploaded into one allocation. */
final class CudaPlan extends LoweredPlan<CudaStep, Derivation> {
  private final Device device;
  private final Network described;
  private final boolean training;
  private final Map<String, Targets> targets = new HashMap<>();
  private PlanWeights weights;

  private CudaPlan(
      Device device, Network described, Program<CudaStep, Derivation> program, boolean training) {
    super(program);
    this.device = device;
    this.described = described;
    this.training = training;
    network().nodes().forEach(this::noteTargets);
  }

  private static CudaPlan of(
      Device device, Network untyped, CompileOptions options, boolean training) {
    Network typed = ValueTypes.apply(untyped, device.precision());
    int batch = options.batch();
    boolean recompute = training && options.recompute();
    Network network = recompute ? Recomputation.apply(typed, each -> bytes(each, batch)) : typed;
    MemoryPlan.Sharing usual = CudaOps.ALL.table()::overwritten;
    MemoryPlan.Sharing sharing =
        recompute
            ? Recomputation.asBefore(typed, MemoryPlan.of(typed, bytes(typed, batch), usual), usual)
            : usual;
    MemoryPlan memory = MemoryPlan.of(network, bytes(network, batch), sharing);
    Map<Value, String> gradients = training ? Program.gradients(network) : Map.of();
    CudaAssembly assembly =
        CudaAssembly.of(network, memory, batch, device.precision(), device.chunkBytes(), !training);
    Program<CudaStep, Derivation> program = new Program<>(network, options, gradients, assembly);
    return new CudaPlan(device, typed, program, training);
  }

  /** Of a value in the arena; gradients are stored with the parameters. */
  private static ToLongFunction<Value> bytes(Network network, int batch) {
    Map<Value, String> gradients = Program.gradients(network);
    return value -> gradients.containsKey(value) ? 0 : value.bytes(batch);
  }

  static CudaPlan forInference(
      Device device, Network network, Parameters parameters, CompileOptions options) {
    CudaPlan plan = of(device, network, options, false);
    plan.weights = new PlanWeights(device, plan.program(), parameters);
    return plan;
  }

  static CudaPlan forTraining(Device device, Network network, CompileOptions options) {
    return of(device, network, options, true);
  }

  /** The same plan without weights, to see how much memory it needs. */
  CudaPlan withBatch(int other) {
    return of(device, described, program().options().withBatch(other), training);
  }

  private void noteTargets(Node node) {
    if (Targets.areRead(network(), node)) {
      targets.put(node.inputs().get(1).name(), Targets.of(node));
    }
  }

  /** The inputs that a loss reads. */
  Map<String, Targets> targets() {
    return targets;
  }

  /** Whether an input is fed with the bytes of pictures. */
  boolean takesBytes(String input) {
    return program().options().feed(input).type() == ElementType.U8;
  }

  CudaDriver driver() {
    return device.driver();
  }

  Graphs graphs() {
    return device.graphs();
  }

  @Override
  public Session session() {
    return device.session(super::session);
  }

  @Override
  protected Session open(Runnable whenClosed) {
    return new CudaSession(this, weights, driver().createStream(), whenClosed);
  }

  @Override
  protected void release() {
    if (weights != null) {
      weights.close();
    }
  }

  /** The memory, then a line a step. */
  @Override
  public String toString() {
    return String.format(
            Locale.ROOT,
            "%s, batch %d, %s: arena %,d bytes (largest live set %,d), scratch %,d, weights %,d,"
                + " %s%n",
            network().name(),
            batch(),
            device.precision(),
            memory().arenaBytes(),
            memory().largestLiveBytes(),
            program().scratchBytes(),
            weights == null ? 0 : weights.bytes(),
            device.graphs())
        + program();
  }
}
