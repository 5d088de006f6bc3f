package org.residuum.data.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.residuum.data.load.LoadedBatches.assertSameBatches;
import static org.residuum.data.load.LoadedBatches.augmented;
import static org.residuum.data.load.LoadedBatches.drain;
import static org.residuum.data.load.LoadedBatches.pictures;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.load.LoadedBatches.Copy;
import org.residuum.network.Shape;

/** The loading threads: they run ahead, fail, are left early or waited for, and end. */
@Timeout(600) // Seconds: a loader that waits for ever fails by name.
class DatasetLoaderThreadsTest {
  @Test
  void batchInUseIsNotOverwritten() throws Exception {
    try (DatasetLoader loader = DatasetLoader.builder(pictures(60)).batch(2).threads(3).build();
        Pass<Draw> epoch = loader.epoch(0)) {
      for (Batch<Draw> batch = epoch.next(); batch != null; batch = epoch.next()) {
        Copy before = Copy.of(batch);
        Thread.sleep(2); // The threads run ahead as far as they may.
        assertSameBatches(List.of(before), List.of(Copy.of(batch)));
      }
    }
  }

  @Test
  void epochClosedEarlyLeavesTheNextOneIntact() throws IOException {
    Dataset dataset = pictures(300);
    try (DatasetLoader loader = augmented(dataset).threads(2).build();
        DatasetLoader fresh = augmented(dataset).build()) {
      for (int taken = 0; taken < 6; taken++) {
        try (Pass<Draw> epoch = loader.epoch(0)) {
          for (int i = 0; i < taken; i++) {
            epoch.next();
          }
        }
        assertSameBatches(drain(fresh, 1), drain(loader, 1));
      }
    }
  }

  /** Something that happens before an example is read. */
  private interface Hook {
    void before(int index) throws IOException;
  }

  private static ImageDataset hooked(Hook hook) {
    ImageDataset good = pictures(40);
    return new ImageDataset() {
      @Override
      public void read(int index, byte[] into) throws IOException {
        hook.before(index);
        good.read(index, into);
      }

      @Override
      public String name() {
        return "hooked";
      }

      @Override
      public int size() {
        return good.size();
      }

      @Override
      public Shape exampleShape() {
        return good.exampleShape();
      }

      @Override
      public List<String> labels() {
        return good.labels();
      }

      @Override
      public int label(int index) {
        return good.label(index);
      }
    };
  }

  private static DatasetLoader loaderOf(ImageDataset dataset) {
    Preprocessing preprocessing = Preprocessing.of(pictures(2));
    return DatasetLoader.builder(dataset).batch(8).threads(2).preprocessing(preprocessing).build();
  }

  @Test
  void failureInALoadingThreadReachesTheConsumerAtItsBatch() throws IOException {
    IOException failure = new IOException("disk on fire");
    try (DatasetLoader loader =
            loaderOf(
                hooked(
                    index -> {
                      if (index == 17) {
                        throw failure;
                      }
                    }));
        Pass<Draw> epoch = loader.epoch(0)) {
      assertEquals(8, epoch.next().size());
      assertEquals(8, epoch.next().size());
      assertSame(failure, assertThrows(IOException.class, epoch::next));
      assertEquals(24, epoch.next().item(0).index());
    }
  }

  @Test
  void bugInADataSetIsReportedWithItsCause() {
    RuntimeException failure = new ArrayIndexOutOfBoundsException("5");
    try (DatasetLoader loader =
            loaderOf(
                hooked(
                    index -> {
                      throw failure;
                    }));
        Pass<Draw> epoch = loader.epoch(0)) {
      IllegalStateException e = assertThrows(IllegalStateException.class, epoch::next);
      assertSame(failure, e.getCause());
      assertTrue(e.getMessage().contains("hooked"), e.getMessage());
    }
  }

  @Test
  void interruptedConsumerLosesNoBatch() throws IOException {
    CountDownLatch gate = new CountDownLatch(1);
    try (DatasetLoader loader =
            loaderOf(
                hooked(
                    index -> {
                      try {
                        gate.await();
                      } catch (InterruptedException e) {
                        throw new IOException(e);
                      }
                    }));
        Pass<Draw> epoch = loader.epoch(0)) {
      Thread.currentThread().interrupt();
      assertThrows(InterruptedIOException.class, epoch::next);
      assertTrue(Thread.interrupted());
      gate.countDown();
      for (int from = 0; from < 40; from += 8) {
        assertEquals(from, epoch.next().item(0).index());
      }
      assertNull(epoch.next());
    }
  }

  @Test
  void closingEndsTheThreadsAndIsHarmlessTwice() throws IOException {
    DatasetLoader loader = augmented(pictures(500)).threads(3).build();
    Pass<Draw> epoch = loader.epoch(0);
    epoch.next();
    loader.close();
    loader.close();
    assertFalse(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> loader.isMine(thread) && thread.isAlive()));
    assertThrows(IllegalStateException.class, epoch::next);
    assertThrows(IllegalStateException.class, () -> loader.epoch(1));
    epoch.close();
  }

  @Test
  void twoOpenEpochsAreRefused() {
    try (DatasetLoader loader = augmented(pictures(50)).build();
        Pass<Draw> epoch = loader.epoch(0)) {
      String message =
          assertThrows(IllegalStateException.class, () -> loader.epoch(1)).getMessage();
      assertEquals("epoch 0 is still open; close it before epoch 1", message);
      assertNotEquals(0, loader.batches());
    }
  }

  @Test
  void steadyStateAllocatesUnderTenKilobytesABatch() throws IOException {
    Dataset dataset = pictures(64 * 200);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (DatasetLoader loader = augmented(dataset).batch(64).threads(2).build()) {
      drainWithoutCopies(loader, 0);
      long before = allocated(threads, loader);
      drainWithoutCopies(loader, 1);
      long perBatch = (allocated(threads, loader) - before) / 200;
      assertTrue(perBatch < 10 * 1024, perBatch + " bytes a batch");
    }
  }

  private static void drainWithoutCopies(DatasetLoader loader, int number) throws IOException {
    try (Pass<Draw> epoch = loader.epoch(number)) {
      while (epoch.next() != null) {}
    }
  }

  private static long allocated(ThreadMXBean threads, DatasetLoader loader) {
    long bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      bytes += loader.isMine(thread) ? threads.getThreadAllocatedBytes(thread.getId()) : 0;
    }
    return bytes;
  }
}
