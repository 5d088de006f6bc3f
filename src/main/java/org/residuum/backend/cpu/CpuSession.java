package org.residuum.backend.cpu;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.residuum.backend.Feed;
import org.residuum.backend.Layout;
import org.residuum.backend.Pictures;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.StepTime;
import org.residuum.backend.cpu.onednn.Bindings;
import org.residuum.backend.cpu.onednn.Kernel;
import org.residuum.backend.lower.Guard;
import org.residuum.backend.lower.HostInputs;
import org.residuum.backend.lower.OnlySlot;
import org.residuum.backend.lower.ParameterStore;
import org.residuum.network.Value;

/** One arena and one stream over a plan. */
class CpuSession implements Session {
  private final CpuPlan plan;
  private final Runnable whenClosed;
  private final Guard guard;
  private final SessionMemory memory;
  private final List<Bindings> slices = new ArrayList<>();
  private final HostInputs inputs;
  private final Map<String, FloatBuffer> outputs = new HashMap<>();

  /** Null where oneDNN loses none. */
  private final LostExamples lost;

  /**
   * A session.
   *
   * @param store the parameters it trains; null for inference
   * @param whenClosed what follows once, when it is closed
   */
  CpuSession(CpuPlan plan, ParameterStore store, Runnable whenClosed) {
    this.plan = plan;
    this.whenClosed = whenClosed;
    this.guard = Guard.refusing("this session of " + plan.network().name(), this::free);
    this.memory = new SessionMemory(plan, store);
    try {
      plan.stretches().forEach(this::bind);
      this.inputs = new HostInputs(plan.network(), plan.options(), layout(), memory::buffer);
      plan.network().outputs().forEach(this::addOutput);
      this.lost =
          plan.losesExamples()
              ? new LostExamples(plan.network(), plan.batch(), inputs.floats(), outputs)
              : null;
    } catch (RuntimeException | Error e) {
      slices.forEach(Bindings::close);
      memory.close();
      throw e;
    }
  }

  private void bind(CpuPlan.Stretch stretch) {
    for (int first = 0; first < plan.batch(); first += stretch.slice()) {
      int example = first;
      Bindings bindings = new Bindings(operand -> memory.address(operand, example));
      slices.add(bindings);
      bindings.bind(stretch.kernels());
    }
  }

  private void addOutput(String name, Value value) {
    if (!memory.isGradient(value)) {
      outputs.put(name, memory.buffer(value));
    }
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
    guard.requireOpen();
    return inputs.input(name);
  }

  @Override
  public final Pictures pictures(String name) {
    guard.requireOpen();
    return inputs.pictures(name);
  }

  @Override
  public final Feed feed(String input) {
    return plan.options().feed(plan.network().input(input).name());
  }

  @Override
  public final FloatBuffer output(String name) {
    guard.requireOpen();
    plan.network().output(name);
    FloatBuffer output = outputs.get(name);
    if (output == null) {
      throw new IllegalArgumentException(
          "output " + name + " lies with the parameters; gradient(parameter) copies it");
    }
    return output;
  }

  @Override
  public final List<Slot> slots() {
    return List.of(new OnlySlot(this));
  }

  @Override
  public final void run() {
    guard.enter();
    try {
      plan.workers().use();
      inputs.normalize();
      if (lost == null) {
        runSlices();
      } else {
        lost.look(!plan.weightsAreFinite());
        runSlices();
        lost.mend();
      }
    } finally {
      guard.exit();
    }
  }

  private void runSlices() {
    for (int i = 0; i < slices.size(); i++) {
      slices.get(i).run();
    }
  }

  @Override
  public final List<StepTime> profile() {
    return guard.call(this::profiled);
  }

  private List<StepTime> profiled() {
    plan.workers().use();
    inputs.normalize();
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

  final Guard guard() {
    return guard;
  }

  @Override
  public final void close() {
    guard.close();
  }

  private void free() {
    slices.forEach(Bindings::close);
    memory.close();
    whenClosed.run();
  }
}
