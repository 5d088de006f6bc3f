package org.residuum.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.backend.Layout;
import org.residuum.backend.Session;
import org.residuum.network.Network;
import org.residuum.network.Value;

/** One arena and one stream over a plan. */
class CudaSession implements Session {
  private static final long ALIGNMENT = 256;

  private final CudaPlan plan;
  private final ParameterSource parameters;
  private final CudaStream stream;
  private final Resources resources = new Resources();
  private final Map<String, Port> inputs = new LinkedHashMap<>();
  private final Map<String, Port> outputs = new LinkedHashMap<>();
  private final List<Runnable> calls = new ArrayList<>();
  private long arena;
  private long scratch;
  private long casts;
  private long next;
  private boolean closed;

  /**
   * A session.
   *
   * @param stream the session's own; it closes it
   */
  CudaSession(CudaPlan plan, ParameterSource parameters, CudaStream stream) {
    this.plan = plan;
    this.parameters = parameters;
    this.stream = stream;
    resources.add(stream::close);
    try {
      allocate();
      bind();
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  private void allocate() {
    long arenaBytes = align(plan.memory().arenaBytes());
    long scratchBytes = align(plan.assembly().scratchBytes());
    long bytes = arenaBytes + scratchBytes + castBytes();
    try {
      this.arena = resources.allocate(plan.driver(), Math.max(bytes, ALIGNMENT), label());
    } catch (OutOfDeviceMemoryException e) {
      throw withAdvice(e, bytes);
    }
    this.scratch = arena + arenaBytes;
    this.casts = scratch + scratchBytes;
    this.next = casts;
  }

  private String label() {
    return "session of " + plan.network().name() + ", batch " + plan.batch();
  }

  /** Arena and scratch grow with the batch, so that what is free says which batch fits. */
  private OutOfDeviceMemoryException withAdvice(OutOfDeviceMemoryException e, long bytes) {
    long free = plan.driver().memoryInfo().free();
    long fits = Math.min(plan.batch() - 1L, (long) ((double) free * plan.batch() / bytes));
    String advice = fits > 0 ? "; batch " + fits + " would fit" : "; not even batch 1 would fit";
    OutOfDeviceMemoryException advised = new OutOfDeviceMemoryException(e.getMessage() + advice);
    advised.initCause(e);
    return advised;
  }

  /** fp32 images of the inputs and outputs that lie as bf16. */
  private long castBytes() {
    Network network = plan.network();
    long bytes = 0;
    for (Value value : network.inputs()) {
      bytes += castBytes(value);
    }
    for (Value value : network.outputs().values()) {
      bytes += castBytes(value);
    }
    return bytes;
  }

  private long castBytes(Value value) {
    boolean cast = plan.types().of(value) != Storage.F32 && plan.gradientOf(value) == null;
    return cast ? align(4 * value.shape().elements(plan.batch())) : 0;
  }

  private static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private void bind() {
    plan.network().inputs().forEach(this::bindInput);
    for (Step step : plan.assembly().steps()) {
      Runnable call = bind(step);
      if (call != null) {
        calls.add(call);
      }
    }
    plan.network().outputs().forEach(this::bindOutput);
  }

  private void bindInput(Value value) {
    Port port = port(value);
    inputs.put(value.name(), port);
    long target = address(new Operand.OfValue(value, 0));
    if (plan.types().of(value) == Storage.F32) {
      calls.add(() -> port.copyIn(stream, target));
      return;
    }
    long single = reserveCast(value);
    calls.add(() -> port.copyIn(stream, single));
    calls.add(Casts.fromF32(stream, single, target, port.elements()));
  }

  private void bindOutput(String name, Value value) {
    if (plan.gradientOf(value) != null) {
      return;
    }
    Port port = port(value);
    outputs.put(name, port);
    long source = address(new Operand.OfValue(value, 0));
    if (plan.types().of(value) == Storage.F32) {
      calls.add(() -> port.copyOut(stream, source));
      return;
    }
    long single = reserveCast(value);
    calls.add(Casts.toF32(stream, source, single, port.elements()));
    calls.add(() -> port.copyOut(stream, single));
  }

  private long reserveCast(Value value) {
    long address = next;
    next += castBytes(value);
    return address;
  }

  private Port port(Value value) {
    long elements = value.shape().elements(plan.batch());
    ByteBuffer locked = plan.driver().allocateHost(Math.max(4, 4 * elements));
    resources.add(() -> plan.driver().freeHost(locked));
    return new Port(value.shape(), locked, Math.toIntExact(elements));
  }

  private Runnable bind(Step step) {
    if (step instanceof Step.Launch launch) {
      Object[] arguments = launch.arguments().stream().map(this::bound).toArray();
      return stream.launch(launch.kernel(), launch.storage(), launch.shape(), arguments);
    }
    if (step instanceof Step.Product product) {
      return stream.multiply(
          product.gemm(), address(product.a()), address(product.b()), address(product.c()));
    }
    Step.Copy copy = (Step.Copy) step;
    long from = address(copy.from());
    long to = address(copy.to());
    return from == to ? null : () -> stream.copy(to, from, copy.bytes());
  }

  private Object bound(Object argument) {
    return argument instanceof Operand operand ? (Object) address(operand) : argument;
  }

  private long address(Operand operand) {
    if (operand instanceof Operand.OfValue of) {
      String parameter = plan.gradientOf(of.value());
      return of.offset()
          + (parameter == null
              ? arena + plan.memory().offset(of.value())
              : parameters.gradient(parameter));
    }
    if (operand instanceof Operand.Weight weight) {
      return parameters.weight(weight.name()) + weight.offset();
    }
    if (operand instanceof Operand.Vector vector) {
      return parameters.vector(vector.name()) + vector.offset();
    }
    return operand instanceof Operand.Derived derived
        ? parameters.derived(derived.name()) + derived.offset()
        : scratch + ((Operand.Scratch) operand).offset();
  }

  final CudaStream stream() {
    return stream;
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
    return inputs.get(name).seen();
  }

  @Override
  public final FloatBuffer output(String name) {
    requireOpen();
    plan.network().output(name);
    Port port = outputs.get(name);
    if (port == null) {
      throw new IllegalArgumentException(
          "output " + name + " stays on the device; gradient(parameter) copies it");
    }
    return port.seen();
  }

  @Override
  public final void run() {
    requireOpen();
    for (Runnable call : calls) {
      call.run();
    }
    stream.synchronize();
    for (Port port : outputs.values()) {
      port.arrived();
    }
  }

  final void requireOpen() {
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
      resources.close();
    }
  }
}
