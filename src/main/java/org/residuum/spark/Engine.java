package org.residuum.spark;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.residuum.Device;
import org.residuum.Devices;
import org.residuum.Examples;
import org.residuum.Model;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.lower.Batches;
import org.residuum.data.Picture;
import org.residuum.data.PictureOptions;
import org.residuum.data.Preprocessing;
import org.residuum.train.loop.Inputs;
import org.residuum.train.loop.LoaderFeed;
import org.residuum.train.loop.Rows;

/**
 * A model on a device: one session and the one thread that computes in it, for all tasks of the
 * JVM. Tasks fill batches of their own, so that what is in a batch depends on nothing but its task.
 */
final class Engine implements AutoCloseable {
  /** A batch whose rows are to come. */
  private record Request(
      Slot.Pictures pictures, int count, CompletableFuture<List<float[]>> rows) {}

  private static final Request END = new Request(null, 0, null);

  private final EngineKey key;
  private final Model model;
  private final Preprocessing preprocessing;
  private final Device device;
  private final Plan plan;
  private final Session session;
  private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
  private final Deque<Slot.Pictures> buffers = new ArrayDeque<>();
  private final Gathering gathering = new Gathering(this);
  private final Thread thread;
  private volatile boolean failed;
  private boolean closed;

  private Engine(
      EngineKey key, Model model, Preprocessing preprocessing, Device device, Plan plan) {
    this.key = key;
    this.model = model;
    this.preprocessing = preprocessing;
    this.device = device;
    this.plan = plan;
    this.session = plan.session();
    this.thread = new Thread(this::compute, "residuum " + device.backend().name());
    thread.setDaemon(true);
  }

  /** Opens the device and compiles. */
  static Engine open(Model model, EngineKey key) throws IOException {
    model.requireClasses();
    Preprocessing preprocessing = decoding(model.requirePreprocessing(), key);
    Model part = key.layer() == null ? model : model.upTo(key.layer());
    Device device = Devices.open(key.device(), precision(key.precision()), key.threads());
    try {
      CompileOptions options =
          Examples.ofPictures(preprocessing, (Picture picture) -> picture)
              .fed(part.network(), CompileOptions.batch(key.batch()));
      Plan plan = device.backend().compile(part.network(), part.parameters(), options);
      Engine engine = new Engine(key, part, preprocessing, device, plan);
      engine.thread.start();
      return engine;
    } catch (RuntimeException | Error e) {
      device.close();
      throw e;
    }
  }

  private static Preprocessing decoding(Preprocessing preprocessing, EngineKey key) {
    return key.fast()
        ? preprocessing.withDecoding(
            preprocessing.decoding().withDetail(PictureOptions.Detail.FAST))
        : preprocessing;
  }

  static Precision precision(String name) {
    return Arrays.stream(Precision.values())
        .filter(known -> known.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "precision " + name + ": no such precision (known: fp32, tf32, bf16)"));
  }

  EngineKey key() {
    return key;
  }

  /** Whether a batch has failed: what a device gives after that is not to be relied on. */
  boolean hasFailed() {
    return failed;
  }

  Model model() {
    return model;
  }

  Preprocessing preprocessing() {
    return preprocessing;
  }

  int batch() {
    return plan.batch();
  }

  /** For pictures that come one by one. */
  Gathering gathering() {
    return gathering;
  }

  /** Room for a batch, to be given back by {@link #giveBack}. */
  synchronized Slot.Pictures borrow() {
    return buffers.isEmpty()
        ? Slot.Pictures.allocate(plan.batch(), Inputs.of(plan.network()).shape().elements())
        : buffers.pop();
  }

  /** Takes room back that no batch under way uses. */
  synchronized void giveBack(Slot.Pictures pictures) {
    buffers.push(pictures);
  }

  /**
   * Computes a batch behind those of other tasks; until the rows are there, its memory is the
   * engine's.
   */
  synchronized CompletableFuture<List<float[]>> submit(Slot.Pictures pictures, int count) {
    if (closed) {
      throw new IllegalStateException("this engine of " + model + " is closed");
    }
    Request request = new Request(pictures, count, new CompletableFuture<>());
    requests.add(request);
    return request.rows;
  }

  /** On a GPU the next batch travels while one computes; nothing waits for a batch to come. */
  private void compute() {
    Batches batches = new LoaderFeed(session, plan.network()).batches();
    Map<Slot, Rows> rowsOf = Rows.of(session, plan.network());
    Deque<Request> underWay = new ArrayDeque<>();
    try {
      for (Request next = requests.take(); next != END; next = requests.take()) {
        underWay.add(next);
        try {
          batches.start(
              next.pictures,
              next.count,
              (slot, from, rows) -> underWay.remove().rows.complete(read(rowsOf.get(slot), rows)));
          if (requests.isEmpty()) {
            batches.finish();
          }
        } catch (RuntimeException | Error e) {
          failed = true;
          underWay.forEach(request -> request.rows.completeExceptionally(e));
          underWay.clear();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<float[]> read(Rows rows, int count) {
    List<float[]> read = new ArrayList<>(count);
    for (int row = 0; row < count; row++) {
      read.add(rows.get(row));
    }
    return read;
  }

  /** Computes what was submitted and frees the device. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      requests.add(END);
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    session.close();
    plan.close();
    device.close();
  }
}
