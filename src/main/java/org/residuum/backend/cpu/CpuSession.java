package org.residuum.backend.cpu;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.residuum.backend.Layout;
import org.residuum.backend.ParameterStore;
import org.residuum.backend.Session;
import org.residuum.backend.StepTime;
import org.residuum.network.Network;
import org.residuum.network.Value;
import org.residuum.plan.Gradients;

/** One arena and one stream over a plan. */
class CpuSession implements Session {
  private final CpuPlan plan;
  private final ParameterStore store;
  private final Runnable whenClosed;
  private final ReentrantLock use = new ReentrantLock();
  private final NativeMemory arena;
  private final NativeMemory scratch;
  private final NativeMemory kept;
  private final NativeMemory borders;
  private final Map<Value, Long> borderOffsets = new HashMap<>();
  private final List<Bindings> slices = new ArrayList<>();
  private final Map<Value, String> gradientOf = new HashMap<>();
  private final Map<String, FloatBuffer> inputs = new HashMap<>();
  private final Map<String, FloatBuffer> outputs = new HashMap<>();
  private volatile boolean closed;
  private boolean freed;

  /**
   * A session.
   *
   * @param store the parameters it trains; null for inference
   * @param whenClosed what follows once, when it is closed
   */
  CpuSession(CpuPlan plan, ParameterStore store, Runnable whenClosed) {
    this.plan = plan;
    this.store = store;
    this.whenClosed = whenClosed;
    Network network = plan.network();
    network.outputs().forEach(this::noteGradient);
    this.arena = new NativeMemory(plan.memory().arenaBytes());
    this.scratch = new NativeMemory(plan.assembly().scratchBytes());
    this.kept = new NativeMemory(plan.assembly().keptBytes());
    this.borders = new NativeMemory(placeBorders());
    for (CpuPlan.Stretch stretch : plan.stretches()) {
      for (int first = 0; first < plan.batch(); first += stretch.slice()) {
        int example = first;
        Bindings bindings = new Bindings(operand -> address(operand, example));
        bindings.bind(stretch.kernels());
        slices.add(bindings);
      }
    }
    network.inputs().forEach(value -> inputs.put(value.name(), buffer(value)));
    network.outputs().forEach((name, value) -> outputs.put(name, buffer(value)));
  }

  private void noteGradient(String output, Value value) {
    if (Gradients.isGradient(output)) {
      gradientOf.put(value, Gradients.parameterOf(output));
    }
  }

  /** What the stretches of a sliced network share, whole batches one behind the other. */
  private long placeBorders() {
    long bytes = 0;
    for (Value value : plan.outside()) {
      if (!gradientOf.containsKey(value)) {
        borderOffsets.put(value, bytes);
        bytes += (4 * value.shape().elements(plan.batch()) + 63) / 64 * 64;
      }
    }
    return bytes;
  }

  /** The address of a value, of its rows from {@code example} on where it is a border. */
  private long address(Value value, int example) {
    Long border = borderOffsets.get(value);
    if (border != null) {
      return borders.address(border + 4 * value.shape().elements(example));
    }
    String parameter = gradientOf.get(value);
    return parameter == null
        ? arena.address(plan.memory().offset(value))
        : Bindings.address(store.gradient(parameter));
  }

  private long address(Operand operand, int example) {
    if (operand instanceof Operand.OfValue of) {
      return address(of.value(), example);
    }
    if (operand instanceof Operand.Part part) {
      return address(part.whole(), example) + part.bytes();
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
    return NativeMemory.floats(address(value, 0), value.shape().elements(plan.batch()));
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
    begin();
    try {
      plan.workers().use();
      for (int i = 0; i < slices.size(); i++) {
        slices.get(i).run();
      }
    } finally {
      use.unlock();
    }
  }

  @Override
  public final List<StepTime> profile() {
    begin();
    try {
      plan.workers().use();
      return profiled();
    } finally {
      use.unlock();
    }
  }

  private List<StepTime> profiled() {
    List<StepTime> times = new ArrayList<>();
    int next = 0;
    for (CpuPlan.Stretch stretch : plan.stretches()) {
      double[] seconds = new double[stretch.kernels().size()];
      for (int first = 0; first < plan.batch(); first += stretch.slice()) {
        slices.get(next++).profile(seconds);
      }
      for (int i = 0; i < seconds.length; i++) {
        Kernel kernel = stretch.kernels().get(i);
        times.add(new StepTime(kernel.node(), kernel.implementation(), seconds[i]));
      }
    }
    return times;
  }

  /**
   * Two threads in one arena would spoil each other's values, and freed memory ends the process.
   */
  private void begin() {
    requireOpen();
    if (!use.tryLock()) {
      requireOpen();
      throw new IllegalStateException(
          "this session of "
              + plan.network().name()
              + " is in use by another thread; open one for each");
    }
    if (closed) {
      use.unlock();
    }
    requireOpen();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this session of " + plan.network().name() + " is closed");
    }
  }

  /** Waits for a run in another thread. */
  @Override
  public final void close() {
    closed = true;
    use.lock();
    try {
      if (!freed) {
        freed = true;
        free();
        whenClosed.run();
      }
    } finally {
      use.unlock();
    }
  }

  private void free() {
    inputs.clear();
    outputs.clear();
    slices.forEach(Bindings::close);
    borders.close();
    arena.close();
    scratch.close();
    kept.close();
  }
}
