package org.residuum.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.residuum.backend.Feed;
import org.residuum.backend.Slot;
import org.residuum.backend.cuda.driver.CudaEvent;
import org.residuum.backend.cuda.driver.Resources;
import org.residuum.backend.cuda.driver.Streams;
import org.residuum.backend.cuda.kernel.Arguments;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.lower.HostInputs;
import org.residuum.backend.lower.Targets;
import org.residuum.network.ElementType;
import org.residuum.network.Network;
import org.residuum.network.Shape;
import org.residuum.network.Value;

/**
 * One batch under way: page-locked and device memory that it travels through, and the events that
 * put copies in, steps and copies out in order. The arena and the steps are the session's; they
 * serve one batch after the other, so values leave and enter the arena on the stream of the steps.
 */
final class CudaSlot implements Slot {
  static final Kernel IMAGES_TO_NHWC =
      Kernel.of(
          "images_to_nhwc",
          GridRule.LINES,
          "pictures* crops* scale* shift* y* images:i32 source_height:i32 source_width:i32"
              + " channels:i32 height:i32 width:i32");

  private enum State {
    FREE,
    SENT,
    STARTED
  }

  private static final Runnable NOTHING = () -> {};

  private final CudaPlan plan;
  private final CudaSession session;
  private final Streams streams;
  private final Map<String, Port> inputs = new LinkedHashMap<>();
  private final Map<String, Port> outputs = new LinkedHashMap<>();
  private final List<Runnable> copiesIn = new ArrayList<>();
  private final List<Runnable> entries = new ArrayList<>();
  private final List<Runnable> exits = new ArrayList<>();
  private final List<Runnable> copiesOut = new ArrayList<>();
  private final BiConsumer<String, Targets> targetCheck = this::requireTargets;
  private final Runnable send = this::sendNow;
  private final Runnable start = this::startNow;
  private final Runnable await = this::awaitNow;
  private final Runnable awaitIfStarted = this::awaitStarted;
  private final List<Runnable> arrivals = new ArrayList<>();
  private final Replayed forward;
  private final CudaEvent copiedIn;
  private final CudaEvent computed;
  private final CudaEvent copiedOut;
  private Runnable arrived = NOTHING;
  private State state = State.FREE;

  /**
   * A slot.
   *
   * @param staging device memory of {@link #stagingBytes}
   * @param resources collects what the slot acquires
   */
  CudaSlot(CudaPlan plan, CudaSession session, Streams streams, long staging, Resources resources) {
    this.plan = plan;
    this.session = session;
    this.streams = streams;
    this.copiedIn = event(resources);
    this.computed = event(resources);
    this.copiedOut = event(resources);
    long next = staging;
    for (Value value : plan.network().inputs()) {
      boolean pictures = plan.takesBytes(value.name());
      inputs.put(value.name(), enter(value, port(value, pictures, next, resources)));
      next += Port.bytes(value.shape(), plan.batch(), pictures);
    }
    for (Map.Entry<String, Value> output : plan.network().outputs().entrySet()) {
      Value value = output.getValue();
      if (plan.program().gradientOf(value) == null) {
        outputs.put(output.getKey(), exit(value, port(value, false, next, resources)));
        next += Port.bytes(value.shape(), plan.batch(), false);
      }
    }
    inputs.values().forEach(port -> copiesIn.add(port.copyIn(streams.in())));
    for (Port port : outputs.values()) {
      copiesOut.add(port.copyOut(streams.out()));
      arrivals.add(port::arrived);
    }
    this.forward = session.replayed(this::queueForward);
    resources.add(forward::close);
  }

  /** fp32 images of the inputs and of the outputs that leave the device. */
  static long stagingBytes(CudaPlan plan) {
    Network network = plan.network();
    long bytes = 0;
    for (Value value : network.inputs()) {
      bytes += Port.bytes(value.shape(), plan.batch(), plan.takesBytes(value.name()));
    }
    for (Value value : network.outputs().values()) {
      bytes +=
          plan.program().gradientOf(value) == null
              ? Port.bytes(value.shape(), plan.batch(), false)
              : 0;
    }
    return bytes;
  }

  private CudaEvent event(Resources resources) {
    CudaEvent event = plan.driver().createEvent();
    resources.add(event::close);
    return event;
  }

  private Port port(Value value, boolean pictures, long address, Resources resources) {
    String label = value.name() + " of " + plan.network().name() + ", batch " + plan.batch();
    long bytes = Port.bytes(value.shape(), plan.batch(), pictures);
    ByteBuffer locked = resources.allocateHost(plan.driver(), bytes, label);
    return new Port(value.shape(), plan.batch(), pictures, locked, address);
  }

  private Port enter(Value value, Port port) {
    long target = session.address(value);
    if (plan.takesBytes(value.name())) {
      entries.add(normalize(value, port));
    } else if (value.type() == ElementType.F32) {
      entries.add(streams.compute().copying(target, port.address(), port.bytes()));
    } else {
      entries.add(Casts.fromF32(streams.compute(), port.address(), target, port.elements()));
    }
    return port;
  }

  private Port exit(Value value, Port port) {
    long source = session.address(value);
    exits.add(
        value.type() == ElementType.F32
            ? streams.compute().copying(port.address(), source, port.bytes())
            : Casts.toF32(streams.compute(), source, port.address(), port.elements()));
    return port;
  }

  /** Normalises bytes into the arena. */
  private Runnable normalize(Value value, Port port) {
    Feed feed = session.feed(value.name());
    Shape shape = value.shape();
    int channels = shape.extent(1);
    int height = shape.extent(2);
    int width = shape.extent(3);
    Arguments arguments =
        IMAGES_TO_NHWC
            .arguments()
            .pointer("pictures", port.address())
            .pointer("crops", port.cropsAddress())
            .pointer("scale", session.upload("scale of pixels", feed.scale()))
            .pointer("shift", session.upload("shift of pixels", feed.shift()))
            .pointer("y", session.address(value))
            .number("images", plan.batch())
            .number("source_height", height)
            .number("source_width", width)
            .number("channels", channels)
            .number("height", height)
            .number("width", width);
    return streams
        .compute()
        .launch(
            IMAGES_TO_NHWC,
            value.type(),
            IMAGES_TO_NHWC
                .grid()
                .shape((long) plan.batch() * height, (long) width * channels, value.type()),
            arguments.inOrder().toArray());
  }

  @Override
  public FloatBuffer input(String name) {
    requireFeed(name, ElementType.F32);
    return inputs.get(name).seen();
  }

  @Override
  public Slot.Pictures pictures(String name) {
    requireFeed(name, ElementType.U8);
    return inputs.get(name).pictures();
  }

  private void requireFeed(String name, ElementType wanted) {
    session.guard().requireOpen();
    HostInputs.requireFeed(plan.network().input(name), wanted, plan.takesBytes(name));
  }

  @Override
  public FloatBuffer output(String name) {
    session.requireOutput(name);
    return outputs.get(name).seen();
  }

  @Override
  public void send() {
    session.guard().run(send);
  }

  private void sendNow() {
    require(State.FREE, "send", "await it first");
    plan.driver().enter();
    plan.targets().forEach(targetCheck);
    run(copiesIn);
    streams.in().record(copiedIn);
    state = State.SENT;
  }

  private void requireTargets(String input, Targets targets) {
    targets.require(inputs.get(input).seen(), plan.batch());
  }

  @Override
  public void start() {
    session.guard().run(start);
  }

  private void startNow() {
    start(forward, NOTHING, NOTHING);
  }

  /** Sends the inputs unless they are on their way. */
  void sendIfFree() {
    if (state == State.FREE) {
      sendNow();
    }
    require(State.SENT, "start", "await it first");
  }

  /** From the inputs in staging to the outputs in staging. */
  void queueForward() {
    run(entries);
    session.queueSteps();
    run(exits);
  }

  /**
   * Gives a batch to the device.
   *
   * @param work what brings its inputs from staging to its outputs in staging
   * @param lastCopy to the host, behind those of the outputs
   * @param whenArrived called when all of it is done and awaited
   */
  void start(Replayed work, Runnable lastCopy, Runnable whenArrived) {
    sendIfFree();
    state = State.STARTED;
    arrived = whenArrived;
    streams.compute().waitFor(copiedIn);
    work.queue();
    streams.compute().record(computed);
    streams.out().waitFor(computed);
    run(copiesOut);
    lastCopy.run();
    streams.out().record(copiedOut);
  }

  private static void run(List<Runnable> calls) {
    for (int i = 0; i < calls.size(); i++) {
      calls.get(i).run();
    }
  }

  @Override
  public void await() {
    session.guard().run(await);
  }

  /** As {@link #await}, unless that was called already. */
  void awaitIfStarted() {
    session.guard().run(awaitIfStarted);
  }

  private void awaitStarted() {
    if (state == State.STARTED) {
      awaitNow();
    }
  }

  private void awaitNow() {
    require(State.STARTED, "await", "start it first");
    copiedOut.synchronize();
    run(arrivals);
    arrived.run();
    state = State.FREE;
  }

  private void require(State expected, String call, String remedy) {
    if (state != expected) {
      throw new IllegalStateException(
          call
              + " of a slot of "
              + plan.network().name()
              + " that is "
              + state.name().toLowerCase(Locale.ROOT)
              + "; "
              + remedy);
    }
  }
}
