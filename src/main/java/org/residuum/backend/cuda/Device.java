package org.residuum.backend.cuda;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.Resources;

/** A driver, how plans use it, and what is open on it. */
public final class Device implements AutoCloseable {
  /** Less than half of the L2 cache of an A100 (40 MB) or H100 (50 MB). */
  static final long CHUNK_BYTES = 16L << 20;

  private final CudaDriver driver;
  private final Precision precision;
  private final long chunkBytes;
  private final Graphs graphs = new Graphs(System.getProperty(Graphs.PROPERTY, "on"));
  private final Set<Plan> plans = Collections.newSetFromMap(new WeakHashMap<>());
  private final Set<Session> sessions = Collections.newSetFromMap(new WeakHashMap<>());
  private boolean closed;

  /**
   * A device.
   *
   * @param chunkBytes room for the columns of a convolution; what fits into the L2 cache is read
   *     from there
   */
  public Device(CudaDriver driver, Precision precision, long chunkBytes) {
    this.driver = driver;
    this.precision = precision;
    this.chunkBytes = chunkBytes;
  }

  CudaDriver driver() {
    return driver;
  }

  Precision precision() {
    return precision;
  }

  long chunkBytes() {
    return chunkBytes;
  }

  Graphs graphs() {
    return graphs;
  }

  /**
   * Opens a plan, which {@link #close} closes at the latest.
   *
   * @throws IllegalStateException where this device is closed
   */
  Plan plan(Supplier<? extends Plan> opener) {
    requireOpen();
    Plan plan = opener.get();
    if (!added(plans, plan)) {
      plan.close();
      requireOpen();
    }
    return plan;
  }

  /** The same for a session. */
  <S extends Session> S session(Supplier<S> opener) {
    requireOpen();
    S session = opener.get();
    if (!added(sessions, session)) {
      session.close();
      requireOpen();
    }
    return session;
  }

  private synchronized <T> boolean added(Set<T> open, T opened) {
    return !closed && open.add(opened);
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "the CUDA backend on " + driver.description() + " is closed; open another");
    }
  }

  /** Closes all open sessions and plans, each after the call that it is in, then the driver. */
  @Override
  public void close() {
    Resources all = new Resources();
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      all.add(driver::close);
      plans.forEach(plan -> all.add(plan::close));
      sessions.forEach(session -> all.add(session::close));
    }
    all.close();
  }
}
