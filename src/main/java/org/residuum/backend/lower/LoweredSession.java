package org.residuum.backend.lower;

import java.nio.FloatBuffer;
import java.util.List;
import org.residuum.backend.Feed;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;

/**
 * A session of a lowered plan: its guard and its names of inputs and outputs.
 *
 * @param <P> the plan
 */
public abstract class LoweredSession<P extends LoweredPlan<?, ?>> implements Session {
  private final P plan;
  private final Guard guard;

  protected LoweredSession(P plan) {
    this.plan = plan;
    this.guard = Guard.refusing("this session of " + plan.network().name(), this::free);
  }

  /** Runs the steps once. */
  protected abstract void compute();

  /** Runs the steps once, each timed by itself. */
  protected abstract List<Session.StepTime> times();

  /** The buffer of an input of the first batch under way, as {@link Session#input}. */
  protected abstract FloatBuffer inputBuffer(String name);

  /** The buffers of an input of the first batch under way, as {@link Session#pictures}. */
  protected abstract Slot.Pictures pictureBuffers(String name);

  protected abstract FloatBuffer outputBuffer(String name);

  /** Frees everything, after the last call. */
  protected abstract void free();

  protected final P plan() {
    return plan;
  }

  public final Guard guard() {
    return guard;
  }

  @Override
  public final int batch() {
    return plan.batch();
  }

  @Override
  public final Session.Layout layout() {
    return plan.layout();
  }

  @Override
  public final FloatBuffer input(String name) {
    guard.requireOpen();
    return inputBuffer(name);
  }

  @Override
  public final Slot.Pictures pictures(String name) {
    guard.requireOpen();
    return pictureBuffers(name);
  }

  @Override
  public final Feed feed(String input) {
    return plan.program().options().feed(plan.network().input(input).name());
  }

  @Override
  public final FloatBuffer output(String name) {
    requireOutput(name);
    return outputBuffer(name);
  }

  /** Throws unless the session is open and has an output of that name that callers read. */
  public final void requireOutput(String name) {
    guard.requireOpen();
    if (plan.program().gradientOf(plan.network().output(name)) != null) {
      throw new IllegalArgumentException(
          "output " + name + " is stored with the parameters; gradient(parameter) copies it");
    }
  }

  @Override
  public final void run() {
    guard.enter();
    try {
      compute();
    } finally {
      guard.exit();
    }
  }

  @Override
  public final List<Session.StepTime> profile() {
    return guard.call(this::times);
  }

  @Override
  public final void close() {
    guard.close();
  }
}
