package org.residuum.backend.lower;

import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.network.Network;
import org.residuum.network.Tensor;
import org.residuum.plan.MemoryPlan;

/**
 * A plan that is a program; images are channels-last.
 *
 * @param <S> a step
 * @param <D> what describes a derived parameter
 */
public abstract class LoweredPlan<S extends Step, D> implements Plan {
  private final Program<S, D> program;
  private final Lifetime lifetime;

  protected LoweredPlan(Program<S, D> program) {
    this.program = program;
    this.lifetime = new Lifetime(program.network().name(), this::release);
  }

  /** Frees the plan's resources, once it and its sessions are closed. */
  protected abstract void release();

  /**
   * A session of this plan.
   *
   * @param whenClosed called once, when it is closed
   */
  protected abstract Session open(Runnable whenClosed);

  public final Program<S, D> program() {
    return program;
  }

  @Override
  public final Network network() {
    return program.network();
  }

  @Override
  public final int batch() {
    return program.options().batch();
  }

  @Override
  public final Session.Layout layout() {
    return Session.Layout.NHWC;
  }

  /** Where the values lie in each session's arena. */
  public final MemoryPlan memory() {
    return program.memory();
  }

  @Override
  public final long arenaBytes() {
    return program.memory().arenaBytes();
  }

  @Override
  public Session session() {
    return lifetime.open(() -> open(lifetime::sessionClosed));
  }

  @Override
  public final Tensor run(Tensor x) {
    return new TensorRun(this).run(x);
  }

  @Override
  public final void close() {
    lifetime.close();
  }
}
