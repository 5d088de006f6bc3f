package org.residuum.backend.cuda;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.residuum.backend.Feed;
import org.residuum.backend.Slot;
import org.residuum.backend.cuda.driver.CudaEvent;
import org.residuum.backend.cuda.driver.Resources;
import org.residuum.backend.cuda.driver.Streams;
import org.residuum.backend.cuda.kernel.Arguments;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.lower.ClassLabels;
import org.residuum.backend.lower.HostInputs;
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

  private final CudaPlan plan;
  private final CudaSession session;
  private final Streams streams;
  private final Map<String, Port> inputs = new LinkedHashMap<>();
  private final Map<String, Port> outputs = new LinkedHashMap<>();
  private final List<Runnable> entries = new ArrayList<>();
  private final List<Runnable> exits = new ArrayList<>();
  private final CudaEvent copiedIn;
  private final CudaEvent computed;
  private final CudaEvent copiedOut;
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
      entries.add(() -> streams.compute().copy(target, port.address(), port.bytes()));
    } else {
      entries.add(Casts.fromF32(streams.compute(), port.address(), target, port.elements()));
    }
    return port;
  }

  private Port exit(Value value, Port port) {
    long source = session.address(value);
    exits.add(
        value.type() == ElementType.F32
            ? () -> streams.compute().copy(port.address(), source, port.bytes())
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
    session.guard().run(this::sendNow);
  }

  private void sendNow() {
    require(State.FREE, "send", "await it first");
    plan.labels().forEach(this::requireClasses);
    for (Port port : inputs.values()) {
      port.copyIn(streams.in());
    }
    streams.in().record(copiedIn);
    state = State.SENT;
  }

  private void requireClasses(String input, int classes) {
    ClassLabels.require(inputs.get(input).seen(), plan.batch(), classes);
  }

  @Override
  public void start() {
    session.guard().run(this::startNow);
  }

  private void startNow() {
    if (state == State.FREE) {
      sendNow();
    }
    require(State.SENT, "start", "await it first");
    state = State.STARTED;
    streams.compute().waitFor(copiedIn);
    entries.forEach(Runnable::run);
    session.step();
    exits.forEach(Runnable::run);
    streams.compute().record(computed);
    streams.out().waitFor(computed);
    for (Port port : outputs.values()) {
      port.copyOut(streams.out());
    }
    streams.out().record(copiedOut);
  }

  @Override
  public void await() {
    session.guard().run(this::awaitNow);
  }

  private void awaitNow() {
    require(State.STARTED, "await", "start it first");
    copiedOut.synchronize();
    for (Port port : outputs.values()) {
      port.arrived();
    }
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
