package org.residuum.backend.lower;

import java.util.function.Supplier;
import org.residuum.backend.Session;

/** Keeps a plan's resources until it and the last of its sessions are closed. */
public final class Lifetime {
  private final String network;
  private final Runnable release;
  private int sessions;
  private boolean closed;

  /**
   * The lifetime of a plan.
   *
   * @param network its name, for errors
   * @param release what frees the resources
   */
  public Lifetime(String network, Runnable release) {
    this.network = network;
    this.release = release;
  }

  /**
   * Opens a session, which calls {@link #sessionClosed} when it is closed.
   *
   * @throws IllegalStateException where the plan is closed
   */
  public synchronized <S extends Session> S open(Supplier<S> session) {
    if (closed) {
      throw new IllegalStateException(
          "this plan of " + network + " is closed; open its sessions before, or compile it again");
    }
    S opened = session.get();
    sessions++;
    return opened;
  }

  /** One session less. */
  public synchronized void sessionClosed() {
    sessions--;
    releaseUnused();
  }

  /** Opens no session any more; closing twice is harmless. */
  public synchronized void close() {
    if (!closed) {
      closed = true;
      releaseUnused();
    }
  }

  private void releaseUnused() {
    if (closed && sessions == 0) {
      release.run();
    }
  }
}
