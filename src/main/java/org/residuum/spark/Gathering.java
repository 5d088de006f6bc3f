package org.residuum.spark;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.residuum.backend.Slot;
import org.residuum.data.Picture;

/**
 * Computes pictures that come one by one, from all tasks of the JVM, in batches of the engine's
 * size. Since a batch has that size however few are in it, what is computed of a picture depends on
 * the picture alone.
 */
final class Gathering {
  /** How long a picture waits for others at most. */
  private static final long WAIT_MICROS = 2_000;

  private final Engine engine;
  private Batch open;

  Gathering(Engine engine) {
    this.engine = engine;
  }

  private final class Batch {
    private final Slot.Pictures pictures = engine.borrow();
    private final CompletableFuture<List<float[]>> outputs = new CompletableFuture<>();
    private final CountDownLatch sent = new CountDownLatch(1);
    private int count;

    private int add(Picture fitted) {
      byte[] pixels = fitted.pixels();
      pictures.pixels().put(count * pixels.length, pixels, 0, pixels.length);
      pictures.crop(count, 0, 0, false);
      return count++;
    }

    private boolean isFull() {
      return count == engine.batch();
    }
  }

  /** The outputs of a picture of the input's size. */
  float[] outputs(Picture fitted) {
    Batch batch;
    int row;
    synchronized (this) {
      if (open == null) {
        open = new Batch();
      }
      batch = open;
      row = batch.add(fitted);
      if (batch.isFull()) {
        send(batch);
      }
    }
    if (row == 0) {
      waitForOthers(batch);
    }
    return batch.outputs.join().get(row);
  }

  /** The first of a batch sends it, even if its task is to end. */
  private void waitForOthers(Batch batch) {
    boolean interrupted = false;
    try {
      batch.sent.await(WAIT_MICROS, TimeUnit.MICROSECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    synchronized (this) {
      if (open == batch) {
        send(batch);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(Batch batch) {
    open = null;
    engine
        .submit(batch.pictures, batch.count)
        .whenComplete(
            (rows, failure) -> {
              if (failure == null) {
                engine.giveBack(batch.pictures);
                batch.outputs.complete(rows);
              } else {
                batch.outputs.completeExceptionally(failure);
              }
            });
    batch.sent.countDown();
  }
}
