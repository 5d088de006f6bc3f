package org.residuum.backend.lower;

import java.nio.FloatBuffer;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;

/** The one slot of a session that computes on the caller's thread. */
public record OnlySlot(Session session) implements Slot {
  @Override
  public FloatBuffer input(String name) {
    return session.input(name);
  }

  @Override
  public Slot.Pictures pictures(String name) {
    return session.pictures(name);
  }

  @Override
  public FloatBuffer output(String name) {
    return session.output(name);
  }

  @Override
  public void send() {}

  @Override
  public void start() {
    session.run();
  }

  @Override
  public void await() {}
}
