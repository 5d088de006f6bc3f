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
  private final boolean timed;
  private Place place = Place.NOWHERE;
  private long nanoseconds;
  private boolean stamped;
  private boolean closed;

  EmulatedEvent(EmulatedDriver driver, String name, boolean timed) {
    this.driver = driver;
    this.name = name;
    this.timed = timed;
  }

  boolean isTimed() {
    return timed;
  }

  /** The stream passes it now. */
  void stamp() {
    nanoseconds = System.nanoTime();
    stamped = true;
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
    driver.enter();
    driver.hostWaited();
    awaitedBy("host").reach();
  }

  /** Time of the interpreter. */
  @Override
  public double secondsSince(CudaEvent earlier) {
    EmulatedEvent start = (EmulatedEvent) earlier;
    if (!stamped || !start.stamped || !place.isReached() || !start.place.isReached()) {
      throw new IllegalStateException("both events must keep time, be recorded and be passed");
    }
    return (nanoseconds - start.nanoseconds) / 1e9;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      driver.eventClosed();
    }
  }
}
