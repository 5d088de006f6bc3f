package org.residuum.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.residuum.plan.MemoryPlan;

/**
 * What a session of ours allocates once it is warm.
 *
 * @param batches over how many batches it was measured
 * @param heapBytes Java heap that the calling thread allocates a batch
 * @param residentGrowth by how many bytes the process grew over all batches; -1 where the system
 *     does not say
 * @param memory null for training
 */
record SteadyState(int batches, double heapBytes, long residentGrowth, MemoryPlan memory) {
  /** The limits: under 10 KB of heap a batch. */
  private static final double MOST_HEAP_BYTES = 10_000;

  private static final double MOST_ARENA_RATIO = 1.2;

  /** At most so many batches, and no more once the time is over. */
  static SteadyState of(Contestant ours, int most, double seconds) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    ours.run();
    long residentBefore = residentBytes();
    long heapBefore = threads.getThreadAllocatedBytes(self);
    long start = System.nanoTime();
    int batches = 0;
    while (batches < most && (System.nanoTime() - start) / 1e9 < seconds) {
      ours.run();
      batches++;
    }
    long heap = threads.getThreadAllocatedBytes(self) - heapBefore;
    long resident = residentBefore < 0 ? -1 : residentBytes() - residentBefore;
    MemoryPlan memory = ours instanceof Inference inference ? inference.memory() : null;
    return new SteadyState(batches, (double) heap / batches, resident, memory);
  }

  private static long residentBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return -1;
    }
    String line =
        Files.readAllLines(status).stream()
            .filter(text -> text.startsWith("VmRSS:"))
            .findFirst()
            .orElseThrow();
    return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
  }

  /** Arena over largest live set. */
  double arenaRatio() {
    return (double) memory.arenaBytes() / memory.largestLiveBytes();
  }

  boolean passes() {
    return heapBytes < MOST_HEAP_BYTES && (memory == null || arenaRatio() <= MOST_ARENA_RATIO);
  }
}
