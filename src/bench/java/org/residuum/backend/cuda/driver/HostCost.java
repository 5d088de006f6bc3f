package org.residuum.backend.cuda.driver;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a call costs the thread that makes it.
 *
 * @param microseconds of the thread's CPU time, the median of rounds
 * @param bytes of Java heap
 */
record HostCost(double microseconds, double bytes) {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int WARM_UP = 20;

  /**
   * Measures.
   *
   * @param calls a round, fewer than a stream queues before it makes the host wait
   * @param wait between rounds, not measured
   */
  static HostCost of(Runnable call, int calls, int rounds, Runnable wait) {
    double[] seconds = new double[rounds];
    double[] bytes = new double[rounds];
    for (int round = -WARM_UP; round < rounds; round++) {
      long heap = THREADS.getCurrentThreadAllocatedBytes();
      long time = THREADS.getCurrentThreadCpuTime();
      for (int i = 0; i < calls; i++) {
        call.run();
      }
      time = THREADS.getCurrentThreadCpuTime() - time;
      heap = THREADS.getCurrentThreadAllocatedBytes() - heap;
      wait.run();
      if (round >= 0) {
        seconds[round] = time / 1e3 / calls;
        bytes[round] = (double) heap / calls;
      }
    }
    Arrays.sort(seconds);
    Arrays.sort(bytes);
    return new HostCost(seconds[rounds / 2], bytes[rounds / 2]);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.2f µs, %.0f B", microseconds, bytes);
  }
}
