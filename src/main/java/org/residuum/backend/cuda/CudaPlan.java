package org.residuum.backend.cuda;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Layout;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.kernel.Storage;
import org.residuum.backend.cuda.op.CudaAssembly;
import org.residuum.backend.cuda.op.CudaOps;
import org.residuum.backend.cuda.op.CudaStep;
import org.residuum.backend.cuda.op.Derivation;
import org.residuum.backend.cuda.op.ValueTypes;
import org.residuum.backend.lower.Lifetime;
import org.residuum.backend.lower.Program;
import org.residuum.backend.lower.TensorRun;
import org.residuum.network.ElementType;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;
import org.residuum.network.Value;
import org.residuum.network.op.SoftmaxCrossEntropy;
import org.residuum.plan.MemoryPlan;

/** Steps chosen, values placed, weights uploaded into one allocation. */
final class CudaPlan implements Plan {
  private final Device device;
  private final CompileOptions options;
  private final boolean training;
  private final Map<String, Integer> labels = new HashMap<>();
  private final ValueTypes types;
  private final Program<CudaStep, Derivation> program;
  private final Lifetime lifetime;
  private PlanWeights weights;

  private CudaPlan(Device device, Network network, CompileOptions options, boolean training) {
    this.device = device;
    this.options = options;
    this.training = training;
    network.nodes().forEach(node -> noteLabels(network, node));
    this.types = new ValueTypes(network, Storage.of(device.precision()));
    Map<Value, String> gradients = training ? Program.gradients(network) : Map.of();
    MemoryPlan memory =
        MemoryPlan.of(
            network,
            value -> gradients.containsKey(value) ? 0 : bytes(value),
            CudaOps.ALL::overwritten);
    this.program =
        new Program<>(
            network,
            options,
            gradients,
            CudaAssembly.of(
                network, memory, batch(), device.precision(), device.chunkBytes(), types));
    this.lifetime = new Lifetime(network.name(), this::release);
  }

  static CudaPlan forInference(
      Device device, Network network, Parameters parameters, CompileOptions options) {
    CudaPlan plan = new CudaPlan(device, network, options, false);
    plan.weights = new PlanWeights(device, plan.program, parameters);
    return plan;
  }

  static CudaPlan forTraining(Device device, Network network, CompileOptions options) {
    return new CudaPlan(device, network, options, true);
  }

  /** The same without weights, to see what it takes. */
  CudaPlan withBatch(int other) {
    return new CudaPlan(
        device,
        network(),
        new CompileOptions(other, options.optimize(), options.feeds()),
        training);
  }

  private void noteLabels(Network network, Node node) {
    if (node.op() instanceof SoftmaxCrossEntropy) {
      Value given = node.inputs().get(1);
      if (network.inputs().contains(given)) {
        labels.put(given.name(), node.inputs().get(0).shape().extent(1));
      }
    }
  }

  /** Of each input that holds labels, the number of classes. */
  Map<String, Integer> labels() {
    return labels;
  }

  long bytes(Value value) {
    return value.shape().elements(batch()) * types.of(value).bytes();
  }

  /** Whether an input is fed with the bytes of pictures. */
  boolean takesBytes(String input) {
    return options.feed(input).type() == ElementType.U8;
  }

  CompileOptions options() {
    return options;
  }

  Program<CudaStep, Derivation> program() {
    return program;
  }

  CudaDriver driver() {
    return device.driver();
  }

  ValueTypes types() {
    return types;
  }

  @Override
  public Network network() {
    return program.network();
  }

  @Override
  public int batch() {
    return options.batch();
  }

  @Override
  public Layout layout() {
    return Layout.NHWC;
  }

  @Override
  public MemoryPlan memory() {
    return program.memory();
  }

  @Override
  public Session session() {
    return device.session(
        () ->
            lifetime.open(
                () ->
                    new CudaSession(
                        this, weights, driver().createStream(), lifetime::sessionClosed)));
  }

  @Override
  public Tensor run(Tensor x) {
    return new TensorRun(this).run(x);
  }

  @Override
  public void close() {
    lifetime.close();
  }

  private void release() {
    if (weights != null) {
      weights.close();
    }
  }

  /** The memory, then a line a step. */
  @Override
  public String toString() {
    return String.format(
            Locale.ROOT,
            "%s, batch %d, %s: arena %,d bytes (largest live set %,d), scratch %,d, weights %,d%n",
            network().name(),
            batch(),
            device.precision(),
            memory().arenaBytes(),
            memory().largestLiveBytes(),
            program.scratchBytes(),
            weights == null ? 0 : weights.bytes())
        + program;
  }
}
