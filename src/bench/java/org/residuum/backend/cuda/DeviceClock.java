package org.residuum.backend.cuda;

import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaEvent;
import org.residuum.backend.cuda.driver.CudaStream;

/** The device's own clock: events on the stream before and behind the work. */
final class DeviceClock implements Stopwatch.Clock, AutoCloseable {
  private final CudaStream stream;
  private final CudaEvent start;
  private final CudaEvent end;

  /** Times what is given to that stream. */
  DeviceClock(CudaDriver driver, CudaStream stream) {
    this.stream = stream;
    this.start = driver.createTimer();
    this.end = driver.createTimer();
  }

  @Override
  public double seconds(Runnable ask, int repeats) {
    stream.record(start);
    for (int i = 0; i < repeats; i++) {
      ask.run();
    }
    stream.record(end);
    end.synchronize();
    // The clock ticks every half microsecond.
    return Math.max(1e-7, end.secondsSince(start));
  }

  @Override
  public void close() {
    start.close();
    end.close();
  }
}
