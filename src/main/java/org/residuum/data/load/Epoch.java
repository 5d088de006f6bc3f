package org.residuum.data.load;

import java.io.IOException;

/** One pass over a data set; see {@link BatchLoader#epoch(int)}. Closing it early is fine. */
public final class Epoch implements AutoCloseable {
  private final BatchLoader loader;
  private final int number;
  private final int batches;

  Epoch(BatchLoader loader, int number, int batches) {
    this.loader = loader;
    this.number = number;
    this.batches = batches;
  }

  public int number() {
    return number;
  }

  /** How many batches there are in all. */
  public int batches() {
    return batches;
  }

  /**
   * The next batch, or null at the end. It waits for the loading threads where they are behind, and
   * gives the batch before back to them.
   *
   * @throws IOException if an example of this batch cannot be read
   * @throws IllegalStateException if a data set failed otherwise; the cause is what it threw
   */
  public Batch next() throws IOException {
    return loader.next(this);
  }

  @Override
  public void close() {
    loader.end(this);
  }
}
