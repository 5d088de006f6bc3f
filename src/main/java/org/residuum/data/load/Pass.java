package org.residuum.data.load;

import java.io.IOException;
import java.util.Iterator;

/** One pass over items; see {@link Loader#pass}. Closing it early is fine. */
public final class Pass<T> implements AutoCloseable {
  final Iterator<? extends T> items;
  final boolean asPictures;
  private final Loader<T> loader;
  private final String name;

  Pass(Loader<T> loader, String name, Iterator<? extends T> items, boolean asPictures) {
    this.loader = loader;
    this.name = name;
    this.items = items;
    this.asPictures = asPictures;
  }

  /**
   * The next batch, or null at the end. It waits for the loading threads where they are behind, and
   * gives the batch before back to them.
   *
   * @throws IOException if an example of this batch cannot be read and the loader does not keep
   *     going
   * @throws IllegalStateException if it failed otherwise; the cause is what was thrown
   */
  public Batch<T> next() throws IOException {
    return loader.next(this);
  }

  /** Whether {@link #next} would return at once with a batch. */
  public boolean isReady() {
    return loader.isReady(this);
  }

  @Override
  public void close() {
    loader.end(this);
  }

  @Override
  public String toString() {
    return name;
  }
}
