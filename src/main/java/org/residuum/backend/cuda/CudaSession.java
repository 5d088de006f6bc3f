package org.residuum.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.OutOfDeviceMemoryException;
import org.residuum.backend.cuda.driver.Resources;
import org.residuum.backend.cuda.driver.Streams;
import org.residuum.backend.cuda.op.CudaStep;
import org.residuum.backend.lower.LoweredSession;
import org.residuum.backend.lower.ParameterSource;
import org.residuum.network.Value;

/** One arena over a plan, and two slots whose batches take turns in it. */
class CudaSession extends LoweredSession<CudaPlan> {
  /** A step of the plan at this session's addresses. */
  private record Call(CudaStep step, Runnable queue) {}

  private static final long ALIGNMENT = 256;
  private static final int SLOTS = 2;

  private final Streams streams;
  private final Runnable whenClosed;
  private final Resources resources = new Resources();
  private final List<Call> calls = new ArrayList<>();
  private final List<CudaSlot> slots = new ArrayList<>();
  private Addresses addresses;

  /**
   * A session.
   *
   * @param compute the stream of its steps; it closes it
   * @param whenClosed called once, when it is closed
   */
  CudaSession(CudaPlan plan, ParameterSource parameters, CudaStream compute, Runnable whenClosed) {
    super(plan);
    this.whenClosed = whenClosed;
    try {
      this.streams = Streams.open(plan.driver(), compute, resources);
      long staging = allocate(parameters);
      plan.program().steps().forEach(this::bind);
      for (int i = 0; i < SLOTS; i++) {
        long own = staging + i * CudaSlot.stagingBytes(plan);
        slots.add(new CudaSlot(plan, this, streams, own, resources));
      }
    } catch (OutOfDeviceMemoryException e) {
      resources.close();
      throw withAdvice(e);
    } catch (RuntimeException e) {
      resources.close();
      throw e;
    }
  }

  /** Arena, scratch, and the staging of the slots, whose address this gives. */
  private long allocate(ParameterSource parameters) {
    long arena = resources.allocate(plan().driver(), bytes(plan()), label());
    long scratch = arena + align(plan().memory().arenaBytes());
    addresses = new Addresses(plan().program(), arena, scratch, parameters);
    return scratch + align(plan().program().scratchBytes());
  }

  private String label() {
    return "session of " + plan().network().name() + ", batch " + plan().batch();
  }

  /**
   * Once everything is freed. If the arena failed, products need room beside it; else what failed
   * after it does. The host has as much memory as was acquired.
   */
  private OutOfDeviceMemoryException withAdvice(OutOfDeviceMemoryException e) {
    if (e.isHosts()) {
      return MemoryAdvice.smallerBatch(
          e,
          plan().batch(),
          resources.hostBytes(),
          b -> SLOTS * CudaSlot.stagingBytes(plan().withBatch(b)));
    }
    long reserved = addresses == null ? plan().driver().productBytes() : e.bytes();
    long free = plan().driver().memoryInfo().free() - reserved;
    return MemoryAdvice.smallerBatch(e, plan().batch(), free, b -> bytes(plan().withBatch(b)));
  }

  /**
   * Names the batch that would fit if this session opened again beside {@code more} bytes of the
   * device's. Where the host's are short, what was wanted does not depend on the batch.
   */
  final OutOfDeviceMemoryException beside(OutOfDeviceMemoryException e, long more) {
    if (e.isHosts()) {
      return e.with("free memory of the host");
    }
    long free = plan().driver().memoryInfo().free() + bytes(plan()) - more;
    return MemoryAdvice.smallerBatch(e, plan().batch(), free, b -> bytes(plan().withBatch(b)));
  }

  private static long bytes(CudaPlan plan) {
    long bytes =
        align(plan.memory().arenaBytes())
            + align(plan.program().scratchBytes())
            + SLOTS * CudaSlot.stagingBytes(plan);
    return Math.max(bytes, ALIGNMENT);
  }

  static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private void bind(CudaStep step) {
    Runnable queue = step.bound(streams.compute(), addresses);
    if (queue != null) {
      calls.add(new Call(step, queue));
    }
  }

  /** Queues the network's steps. */
  final void queueSteps() {
    for (int i = 0; i < calls.size(); i++) {
      calls.get(i).queue().run();
    }
  }

  final void owns(Runnable closer) {
    resources.add(closer);
  }

  final Streams streams() {
    return streams;
  }

  /** Work on the stream of the steps that comes again and again. */
  final Replayed replayed(Runnable work) {
    return new Replayed(streams.compute(), plan().graphs(), work);
  }

  /** A whole run, then each step again, followed by a wait that counts with the step. */
  @Override
  protected final List<Session.StepTime> times() {
    compute();
    List<Session.StepTime> times = new ArrayList<>();
    for (Call call : calls) {
      long start = System.nanoTime();
      call.queue().run();
      streams.compute().synchronize();
      double seconds = (System.nanoTime() - start) / 1e9;
      times.add(new Session.StepTime(call.step().node(), call.step().description(), seconds));
    }
    return times;
  }

  /** The address of a value. */
  final long address(Value value) {
    return addresses.value(value);
  }

  @Override
  protected final FloatBuffer inputBuffer(String name) {
    return slots.get(0).input(name);
  }

  @Override
  protected final Slot.Pictures pictureBuffers(String name) {
    return slots.get(0).pictures(name);
  }

  @Override
  protected final FloatBuffer outputBuffer(String name) {
    return slots.get(0).output(name);
  }

  @Override
  public final List<Slot> slots() {
    guard().requireOpen();
    return List.copyOf(slots);
  }

  /** The address of values on the device, which end with the session. */
  final long upload(String label, float[] values) {
    long bytes = (long) Float.BYTES * values.length;
    long address = resources.allocate(plan().driver(), bytes, label);
    ByteBuffer host = plan().driver().allocateHost(bytes, label);
    try {
      host.asFloatBuffer().put(0, values);
      streams.compute().copyToDevice(address, host, bytes);
      streams.compute().synchronize();
    } finally {
      plan().driver().freeHost(host);
    }
    return address;
  }

  @Override
  protected final void compute() {
    slots.get(0).start();
    slots.get(0).await();
  }

  /** Waits for the device, then frees everything. */
  @Override
  protected void free() {
    try {
      streams.synchronize();
    } finally {
      resources.close();
      whenClosed.run();
    }
  }
}
