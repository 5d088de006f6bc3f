package org.residuum.backend.cuda.rig;

import org.residuum.backend.cuda.driver.CudaEvent;

/** A place on a stream: so many things were given to it when the event was recorded. */
final class EmulatedEvent implements CudaEvent {
  /** What has to be done; {@code stream} null where an event was never recorded. */
  record Place(EmulatedStream stream, long count) {
    static final Place NOWHERE = new Place(null, 0);

    boolean isReached() {
      return stream == null || stream.done() >= count;
    }

    void reach() {
      if (stream != null) {
        stream.runTo(count);
      }
    }
  }

  private final EmulatedDriver driver;
  private final String name;
  private Place place = Place.NOWHERE;
  private boolean closed;

  EmulatedEvent(EmulatedDriver driver, String name) {
    this.driver = driver;
    this.name = name;
  }

  void recorded(Place newPlace) {
    place = newPlace;
  }

  /** Where a wait that is made now ends. */
  Place awaitedBy(String who) {
    return driver.isIgnored(who + " for " + name) ? Place.NOWHERE : place;
  }

  @Override
  public void synchronize() {
    awaitedBy("host").reach();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      driver.eventClosed();
    }
  }
}
