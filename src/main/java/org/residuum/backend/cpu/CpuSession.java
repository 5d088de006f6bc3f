package org.residuum.backend.cpu;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import org.residuum.backend.Layout;
import org.residuum.backend.ParameterStore;
import org.residuum.backend.Session;
import org.residuum.network.Network;
import org.residuum.network.Value;
import org.residuum.plan.Gradients;

/** One arena and one stream over a plan. */
class CpuSession implements Session {
  private final CpuPlan plan;
  private final ParameterStore store;
  private final NativeMemory arena;
  private final NativeMemory scratch;
  private final NativeMemory kept;
  private final Bindings bindings;
  private final Map<Value, String> gradientOf = new HashMap<>();
  private final Map<String, FloatBuffer> inputs = new HashMap<>();
  private final Map<String, FloatBuffer> outputs = new HashMap<>();
  private boolean closed;

  /**
   * A session.
   *
   * @param store the parameters it trains; null for inference
   */
  CpuSession(CpuPlan plan, ParameterStore store) {
    this.plan = plan;
    this.store = store;
    Network network = plan.network();
    network.outputs().forEach(this::noteGradient);
    this.arena = new NativeMemory(plan.memory().arenaBytes());
    this.scratch = new NativeMemory(plan.assembly().scratchBytes());
    this.kept = new NativeMemory(plan.assembly().keptBytes());
    this.bindings = new Bindings(this::address);
    bindings.bind(plan.assembly().kernels());
    network.inputs().forEach(value -> inputs.put(value.name(), buffer(value)));
    network.outputs().forEach((name, value) -> outputs.put(name, buffer(value)));
  }

  private void noteGradient(String output, Value value) {
    if (Gradients.isGradient(output)) {
      gradientOf.put(value, Gradients.parameterOf(output));
    }
  }

  private long address(Operand operand) {
    if (operand instanceof Operand.OfValue of) {
      String parameter = gradientOf.get(of.value());
      return parameter == null
          ? arena.address(plan.memory().offset(of.value()))
          : Bindings.address(store.gradient(parameter));
    }
    if (operand instanceof Operand.Packed packed) {
      return plan.weights().address(packed.offset());
    }
    if (operand instanceof Operand.Parameter parameter) {
      return Bindings.address(store.values(parameter.name()));
    }
    return operand instanceof Operand.Temporary temporary
        ? scratch.address(temporary.offset())
        : kept.address(((Operand.Kept) operand).offset());
  }

  private FloatBuffer buffer(Value value) {
    return NativeMemory.floats(
        address(new Operand.OfValue(value)), value.shape().elements(plan.batch()));
  }

  @Override
  public final int batch() {
    return plan.batch();
  }

  @Override
  public final Layout layout() {
    return plan.layout();
  }

  @Override
  public final FloatBuffer input(String name) {
    requireOpen();
    plan.network().input(name);
    return inputs.get(name);
  }

  @Override
  public final FloatBuffer output(String name) {
    requireOpen();
    plan.network().output(name);
    return outputs.get(name);
  }

  @Override
  public final void run() {
    requireOpen();
    bindings.run();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this session of " + plan.network().name() + " is closed");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      inputs.clear();
      outputs.clear();
      bindings.close();
      arena.close();
      scratch.close();
      kept.close();
    }
  }
}
