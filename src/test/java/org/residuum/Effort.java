package org.residuum;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a piece of work takes from the thread that does it. The allocation is the same on a busy
 * machine and with instrumented classes; the processor time, which other work does not change but
 * instrumenting does, bounds only what would take hours.
 *
 * @param allocatedBytes on the heap
 * @param nanos of processor time
 */
public record Effort(long allocatedBytes, long nanos) {
  /** Reading takes milliseconds; work that grows faster than its input takes far longer. */
  public static final long MOST_NANOS = 60_000_000_000L;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Work that may fail. */
  @FunctionalInterface
  public interface Work<E extends Exception> {
    void run() throws E;
  }

  public static <E extends Exception> Effort of(Work<E> work) throws E {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long start = THREADS.getCurrentThreadCpuTime();
    work.run();
    long nanos = THREADS.getCurrentThreadCpuTime() - start;
    return new Effort(THREADS.getCurrentThreadAllocatedBytes() - allocated, nanos);
  }

  public void requireAtMost(long bytes) {
    assertTrue(allocatedBytes <= bytes, () -> allocatedBytes + " bytes allocated, not " + bytes);
    assertTrue(nanos <= MOST_NANOS, () -> nanos / 1e9 + " s");
  }
}
