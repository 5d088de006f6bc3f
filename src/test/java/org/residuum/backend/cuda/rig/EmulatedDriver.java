package org.residuum.backend.cuda.rig;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.residuum.backend.cuda.cases.Kernels;
import org.residuum.backend.cuda.cases.mutation.KernelMutation;
import org.residuum.backend.cuda.driver.AllocationLog;
import org.residuum.backend.cuda.driver.BufferKey;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaEvent;
import org.residuum.backend.cuda.driver.CudaException;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.OutOfDeviceMemoryException;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;
import org.residuum.ptx.LaunchLimits;
import org.residuum.ptx.LaunchOptions;
import org.residuum.ptx.PtxMachine;
import org.residuum.ptx.memory.EmulatedMemory;
import org.residuum.ptx.parse.PtxEntry;

/**
 * A device without a GPU: memory is the interpreter's, kernels are the committed PTX, products are
 * {@link EmulatedGemm}. Work on a stream runs as late as it may, when the host waits for it, so
 * that a missing wait shows; other {@link Schedule}s have it run earlier. {@code
 * -Dresiduum.strict=true} looks for races between threads, too.
 */
public final class EmulatedDriver implements CudaDriver {
  /** The one that a thread has entered last. */
  private static final ThreadLocal<EmulatedDriver> ENTERED = new ThreadLocal<>();

  private final EmulatedMemory memory = new EmulatedMemory();
  private final PtxMachine machine = new PtxMachine(memory);
  private final LaunchOptions options;
  private final int architecture;
  private final long total;
  private final AllocationLog allocations = new AllocationLog("device memory");
  private final AllocationLog locked = new AllocationLog("page-locked memory");
  private final Set<BufferKey> lockedNow = new HashSet<>();
  private final Set<String> executed = new TreeSet<>();
  private final List<EmulatedStream> streams = new ArrayList<>();
  private final Set<String> waits = new TreeSet<>();
  private final EmulatedGraphs graphs = new EmulatedGraphs();
  private List<String> log;
  private BiFunction<Kernel, ElementType, PtxEntry> kernels = Kernels::committed;
  private Schedule schedule = Schedule.late();
  private EmulatedGemm gemm = new EmulatedGemm(memory, Tf32.ROUNDED);
  private String ignored = "";
  private long hostTotal = Long.MAX_VALUE;
  private int allocationsMade;
  private int streamsMade;
  private int eventsMade;
  private int events;
  private long launches;
  private long bytesToDevice;
  private long instructions;
  private long products;
  private long hostWaits;

  public EmulatedDriver() {
    this(
        Boolean.getBoolean("residuum.strict") ? LaunchOptions.strict() : LaunchOptions.fast(),
        80,
        64L << 30);
  }

  /** A device of the given compute capability, 10 · major + minor, and memory. */
  public EmulatedDriver(LaunchOptions options, int architecture, long totalBytes) {
    this.options = options.within(LaunchLimits.of(architecture));
    this.architecture = architecture;
    this.total = totalBytes;
  }

  @Override
  public void enter() {
    ENTERED.set(this);
  }

  void requireEntered(Supplier<String> work) {
    if (ENTERED.get() != this) {
      throw new CudaException(work.get() + " on a thread that has not entered the device");
    }
  }

  @Override
  public String description() {
    return "PTX interpreter";
  }

  @Override
  public int architecture() {
    return architecture;
  }

  /** Products are Java's, which takes none. */
  @Override
  public long productBytes() {
    return 0;
  }

  @Override
  public synchronized MemoryInfo memoryInfo() {
    enter();
    return new MemoryInfo(total - memory.bytesInUse(), total);
  }

  @Override
  public synchronized long allocate(long bytes, String label) {
    enter();
    graphs.requireNotRecording("allocate");
    MemoryInfo info = memoryInfo();
    if (bytes > info.free()) {
      throw OutOfDeviceMemoryException.of(bytes, label, info);
    }
    allocationsMade++;
    long address = memory.allocate(bytes, label);
    allocations.allocated(address, bytes, label);
    return address;
  }

  @Override
  public synchronized void free(long address) {
    enter();
    graphs.requireNotRecording("free");
    memory.free(address);
    allocations.freed(address);
  }

  @Override
  public synchronized ByteBuffer allocateHost(long bytes, String label) {
    enter();
    graphs.requireNotRecording("allocateHost");
    CudaDriver.requireOneBuffer(bytes, label);
    if (locked.bytes() + bytes > hostTotal) {
      throw OutOfDeviceMemoryException.ofHost(bytes, label);
    }
    allocationsMade++;
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    lockedNow.add(new BufferKey(buffer));
    locked.allocated(new BufferKey(buffer), bytes, label);
    return buffer;
  }

  @Override
  public synchronized void freeHost(ByteBuffer buffer) {
    enter();
    if (!lockedNow.remove(new BufferKey(buffer))) {
      throw new IllegalStateException("host memory freed twice or not page-locked");
    }
    locked.freed(new BufferKey(buffer));
  }

  synchronized boolean isLocked(ByteBuffer buffer) {
    return lockedNow.contains(new BufferKey(buffer));
  }

  @Override
  public synchronized CudaStream createStream() {
    enter();
    EmulatedStream stream = new EmulatedStream(this, "stream " + streamsMade++);
    streams.add(stream);
    return stream;
  }

  synchronized void closed(EmulatedStream stream) {
    streams.remove(stream);
  }

  @Override
  public CudaEvent createEvent() {
    return event(false);
  }

  @Override
  public CudaEvent createTimer() {
    return event(true);
  }

  private synchronized CudaEvent event(boolean timed) {
    events++;
    return new EmulatedEvent(this, "event " + eventsMade++, timed);
  }

  synchronized void eventClosed() {
    events--;
  }

  /** The streams that are open, the oldest first. */
  public synchronized List<EmulatedStream> streams() {
    return List.copyOf(streams);
  }

  /** Page-locks so many bytes at most. */
  public EmulatedDriver withHostMemory(long bytes) {
    hostTotal = bytes;
    return this;
  }

  /** Has streams work in another order. */
  public EmulatedDriver with(Schedule order) {
    schedule = order;
    return this;
  }

  /** Has products in TF32 cut their operands instead of rounding them. */
  public EmulatedDriver truncating() {
    gemm = new EmulatedGemm(memory, Tf32.TRUNCATED);
    return this;
  }

  EmulatedGemm products() {
    return gemm;
  }

  /** Runs a changed kernel in the place of one. */
  public EmulatedDriver with(KernelMutation mutation) {
    PtxEntry changed = mutation.apply();
    kernels =
        (kernel, storage) ->
            kernel.equals(mutation.kernel()) && storage == mutation.storage()
                ? changed
                : Kernels.committed(kernel, storage);
    return this;
  }

  PtxEntry kernel(Kernel kernel, ElementType storage) {
    return kernels.apply(kernel, storage);
  }

  /** Leaves a wait of that name, as {@link #waits} gives them, out. */
  public EmulatedDriver ignoring(String wait) {
    ignored = wait;
    return this;
  }

  /** Who waited for which event so far. */
  public synchronized Set<String> waits() {
    return new TreeSet<>(waits);
  }

  synchronized boolean isIgnored(String wait) {
    waits.add(wait);
    return wait.equals(ignored);
  }

  void work() {
    schedule.work(streams());
  }

  public EmulatedGraphs graphs() {
    return graphs;
  }

  /** Keeps what is done from here on, in its order, with its addresses. */
  public synchronized List<String> startLog() {
    log = new ArrayList<>();
    return log;
  }

  synchronized void log(Supplier<String> what) {
    if (log != null) {
      log.add(what.get());
    }
  }

  @Override
  public void close() {
    // Nothing is held outside the heap.
  }

  EmulatedMemory memory() {
    return memory;
  }

  PtxMachine machine() {
    return machine;
  }

  LaunchOptions options() {
    return options;
  }

  synchronized void launched(String entry, long threadInstructions) {
    executed.add(entry);
    launches++;
    instructions += threadInstructions;
  }

  synchronized void copiedToDevice(long bytes) {
    bytesToDevice += bytes;
  }

  public synchronized long bytesToDevice() {
    return bytesToDevice;
  }

  synchronized void multiplied() {
    products++;
  }

  synchronized void hostWaited() {
    hostWaits++;
  }

  /** How often the host waited for an event or a stream. */
  public synchronized long hostWaits() {
    return hostWaits;
  }

  /** How often memory, streams and events were asked for. */
  public synchronized int asked() {
    return allocationsMade + streamsMade + eventsMade;
  }

  /** Streams, events, device allocations and page-locked buffers that were not freed. */
  public synchronized String leaks() {
    return streams.size()
        + " streams, "
        + events
        + " events, "
        + allocations.bytes()
        + " bytes, "
        + locked.count()
        + " buffers"
        + (graphs.open() == 0 ? "" : ", " + graphs.open() + " graphs")
        + String.join("\n", allocations.leaks())
        + String.join("\n", locked.leaks());
  }

  public synchronized Set<String> executed() {
    return new TreeSet<>(executed);
  }

  @Override
  public synchronized String toString() {
    return String.format(
        "%,d launches of %d kernels, %,d products, %,d thread instructions",
        launches, executed.size(), products, instructions);
  }
}
