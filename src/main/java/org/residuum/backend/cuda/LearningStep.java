package org.residuum.backend.cuda;

import java.util.function.DoubleSupplier;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cuda.driver.CudaStream;

/**
 * The training steps of a slot: its batch forward and backward, then the update, given to the
 * device as one. It awaits the step under way and gives the norm of its gradients.
 */
final class LearningStep implements DoubleSupplier, AutoCloseable {
  private final CudaSession session;
  private final CudaSlot slot;
  private final Optimizer optimizer;
  private final Runnable normOut;
  private final Runnable work = this::queue;
  private final Runnable arrived = this::settle;
  private Replayed replayed;
  private Object launches;
  private double norm;

  /**
   * Steps of a slot.
   *
   * @param out the stream on which the norm goes to the host
   */
  LearningStep(CudaSession session, CudaSlot slot, Optimizer optimizer, CudaStream out) {
    this.session = session;
    this.slot = slot;
    this.optimizer = optimizer;
    this.normOut = optimizer.normTo(out);
    this.replayed = session.replayed(work);
  }

  /** Begins a step. Where it is refused, the slot's inputs stay the caller's. */
  void start(UpdateRule rule, double learningRate, double maxGradientNorm) {
    optimizer.prepare(rule, learningRate, maxGradientNorm);
    slot.sendIfFree();
    if (launches != optimizer.launches()) {
      replayed.close();
      replayed = session.replayed(work);
      launches = optimizer.launches();
    }
    optimizer.begin();
    try {
      slot.start(replayed, normOut, arrived);
    } catch (RuntimeException e) {
      optimizer.abandon();
      throw e;
    }
  }

  private void queue() {
    slot.queueForward();
    optimizer.queue();
  }

  private void settle() {
    norm = optimizer.settle();
  }

  @Override
  public double getAsDouble() {
    slot.awaitIfStarted();
    return norm;
  }

  @Override
  public void close() {
    replayed.close();
  }
}
