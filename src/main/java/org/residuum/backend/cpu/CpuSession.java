package org.residuum.backend.cpu;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.cpu.onednn.Bindings;
import org.residuum.backend.cpu.onednn.CpuStep;
import org.residuum.backend.lower.HostInputs;
import org.residuum.backend.lower.LoweredSession;
import org.residuum.backend.lower.OnlySlot;
import org.residuum.backend.lower.ParameterSource;
import org.residuum.network.Value;

/** One arena and one stream over a plan. */
class CpuSession extends LoweredSession<CpuPlan> {
  private final Runnable whenClosed;
  private final SessionMemory memory;
  private final List<Bindings> slices = new ArrayList<>();
  private final HostInputs inputs;
  private final Map<String, FloatBuffer> outputs = new HashMap<>();

  /** Null if oneDNN loses no NaN. */
  private final NonFiniteExamples nonFinite;

  /**
   * A session.
   *
   * @param parameters read by its steps
   * @param whenClosed called once, when it is closed
   */
  CpuSession(CpuPlan plan, ParameterSource parameters, Runnable whenClosed) {
    super(plan);
    this.whenClosed = whenClosed;
    this.memory = new SessionMemory(plan, parameters);
    try {
      plan.segments().forEach(this::bind);
      this.inputs =
          new HostInputs(plan.network(), plan.program().options(), layout(), memory::buffer);
      plan.network().outputs().forEach(this::addOutput);
      this.nonFinite =
          plan.losesNaN()
              ? new NonFiniteExamples(plan.network(), plan.batch(), inputs.floats(), outputs)
              : null;
    } catch (RuntimeException | Error e) {
      slices.forEach(Bindings::close);
      memory.close();
      throw e;
    }
  }

  private void bind(CpuProgram.Segment segment) {
    for (int first = 0; first < batch(); first += segment.slice()) {
      slices.add(new Bindings(segment.steps(), memory.from(first)));
    }
  }

  private void addOutput(String name, Value value) {
    if (plan().program().gradientOf(value) == null) {
      outputs.put(name, memory.buffer(value));
    }
  }

  @Override
  protected final FloatBuffer inputBuffer(String name) {
    return inputs.input(name);
  }

  @Override
  protected final Slot.Pictures pictureBuffers(String name) {
    return inputs.pictures(name);
  }

  @Override
  protected final FloatBuffer outputBuffer(String name) {
    return outputs.get(name);
  }

  @Override
  public final List<Slot> slots() {
    return List.of(new OnlySlot(this));
  }

  @Override
  protected final void compute() {
    plan().workers().use();
    inputs.normalize();
    if (nonFinite == null) {
      runSlices();
    } else {
      nonFinite.find(!plan().weightsAreFinite());
      runSlices();
      nonFinite.fillResults();
    }
  }

  private void runSlices() {
    for (int i = 0; i < slices.size(); i++) {
      slices.get(i).run();
    }
  }

  @Override
  protected final List<Session.StepTime> times() {
    plan().workers().use();
    inputs.normalize();
    List<Session.StepTime> times = new ArrayList<>();
    int next = 0;
    for (CpuProgram.Segment segment : plan().segments()) {
      double[] seconds = new double[segment.steps().size()];
      for (int first = 0; first < batch(); first += segment.slice()) {
        slices.get(next++).profile(seconds);
      }
      for (int i = 0; i < seconds.length; i++) {
        CpuStep step = segment.steps().get(i);
        times.add(new Session.StepTime(step.node(), step.description(), seconds[i]));
      }
    }
    return times;
  }

  @Override
  protected final void free() {
    slices.forEach(Bindings::close);
    memory.close();
    whenClosed.run();
  }
}
