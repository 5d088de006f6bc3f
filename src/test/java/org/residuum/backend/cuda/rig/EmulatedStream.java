package org.residuum.backend.cuda.rig;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.residuum.backend.cuda.driver.CudaEvent;
import org.residuum.backend.cuda.driver.CudaException;
import org.residuum.backend.cuda.driver.CudaGraph;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.cuda.kernel.PtxModule;
import org.residuum.network.ElementType;
import org.residuum.ptx.Dim3;
import org.residuum.ptx.parse.PtxEntry;

/** Work that is kept until somebody waits for it, or the driver's schedule has it done before. */
public final class EmulatedStream implements CudaStream {
  /** Something to do once another stream has come to a place. */
  private record Item(EmulatedEvent.Place after, Runnable work) {}

  private final EmulatedDriver driver;
  private final String name;
  private final Deque<Item> queue = new ArrayDeque<>();
  private long queued;
  private long done;
  private List<Runnable> recording;
  private boolean closed;

  EmulatedStream(EmulatedDriver driver, String name) {
    this.driver = driver;
    this.name = name;
  }

  private void later(Runnable work) {
    later(EmulatedEvent.Place.NOWHERE, work);
  }

  private void later(EmulatedEvent.Place after, Runnable work) {
    if (closed) {
      throw new IllegalStateException("the stream is closed");
    }
    if (recording != null) {
      recording.add(work);
      return;
    }
    queue.add(new Item(after, work));
    queued++;
    driver.work();
  }

  /** Work that the driver's log tells of when it is done. */
  private Runnable given(Supplier<String> what, Runnable body) {
    Runnable work =
        () -> {
          driver.log(what);
          body.run();
        };
    return () -> {
      driver.requireEntered(what);
      later(work);
    };
  }

  /** How many things it has done. */
  public long done() {
    return done;
  }

  /** How many things it has to do. */
  public int waiting() {
    return queue.size();
  }

  /** Does one thing if there is one that waits for nothing. */
  boolean tryOne() {
    if (queue.isEmpty() || !queue.peek().after.isReached()) {
      return false;
    }
    runTo(done + 1);
    return true;
  }

  private void requireLocked(ByteBuffer buffer) {
    if (!driver.isLocked(buffer)) {
      throw new IllegalArgumentException("an asynchronous copy needs page-locked memory");
    }
  }

  @Override
  public Runnable toDevice(long to, ByteBuffer from, long bytes) {
    requireLocked(from);
    return given(
        () -> "copy of " + bytes + " bytes to " + to,
        () -> {
          byte[] content = new byte[(int) bytes];
          from.get(0, content);
          driver.memory().copyIn(to, content, 0, content.length);
          driver.copiedToDevice(bytes);
        });
  }

  @Override
  public Runnable toHost(ByteBuffer to, long from, long bytes) {
    requireLocked(to);
    return given(
        () -> "copy of " + bytes + " bytes from " + from,
        () -> {
          byte[] content = new byte[(int) bytes];
          driver.memory().copyOut(from, content, 0, content.length);
          to.put(0, content);
        });
  }

  @Override
  public Runnable copying(long to, long from, long bytes) {
    return given(
        () -> "copy of " + bytes + " bytes from " + from + " to " + to,
        () -> driver.memory().copy(to, from, bytes));
  }

  @Override
  public void copyToDevice(long to, ByteBuffer from, long bytes) {
    driver.enter();
    toDevice(to, from, bytes).run();
  }

  @Override
  public void copyToHost(ByteBuffer to, long from, long bytes) {
    driver.enter();
    toHost(to, from, bytes).run();
  }

  @Override
  public void fill(long address, byte value, long bytes) {
    driver.enter();
    later(() -> driver.memory().fill(address, value, bytes));
  }

  @Override
  public Runnable launch(
      Kernel kernel, ElementType storage, LaunchShape shape, Object... arguments) {
    driver.enter();
    if (PtxModule.of(storage).minimumArchitecture() > driver.architecture()) {
      throw new IllegalStateException(
          PtxModule.of(storage).file() + " does not load on sm_" + driver.architecture());
    }
    PtxEntry entry = driver.kernel(kernel, storage);
    Dim3 grid = new Dim3(shape.gridX(), shape.gridY(), 1);
    Dim3 block = new Dim3(shape.blockX(), shape.blockY(), 1);
    return given(
        () -> entry.name() + " " + shape + " " + Arrays.toString(arguments),
        () ->
            driver.launched(
                entry.name(),
                driver
                    .machine()
                    .launch(driver.options(), entry, grid, block, 0, arguments)
                    .threadInstructions()));
  }

  @Override
  public Runnable multiply(Gemm gemm, long a, long b, long c) {
    driver.enter();
    return given(
        () -> gemm + " " + a + " " + b + " " + c,
        () -> {
          driver.products().run(gemm, a, b, c);
          driver.multiplied();
        });
  }

  @Override
  public CudaGraph capture(Runnable work) {
    driver.enter();
    List<Runnable> nodes = new ArrayList<>();
    recording = nodes;
    try {
      return driver
          .graphs()
          .record(
              work,
              nodes,
              item -> {
                driver.requireEntered(() -> "a graph");
                later(item);
              });
    } finally {
      recording = null;
    }
  }

  private void requireNotRecording(String call) {
    if (recording != null) {
      throw new CudaException(call + " while the stream is recorded");
    }
  }

  @Override
  public void record(CudaEvent event) {
    driver.enter();
    requireNotRecording("record");
    EmulatedEvent given = (EmulatedEvent) event;
    if (given.isTimed()) {
      later(given::stamp);
    }
    given.recorded(new EmulatedEvent.Place(this, queued));
  }

  @Override
  public void waitFor(CudaEvent event) {
    driver.enter();
    requireNotRecording("waitFor");
    later(((EmulatedEvent) event).awaitedBy(name), () -> {});
  }

  void runTo(long place) {
    while (done < place) {
      Item item = queue.remove();
      item.after.reach();
      done++;
      item.work.run();
    }
  }

  @Override
  public void synchronize() {
    driver.enter();
    requireNotRecording("synchronize");
    driver.hostWaited();
    runTo(queued);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      driver.closed(this);
    }
  }
}
