package org.residuum.train;

import org.residuum.backend.Feed;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.lower.Batches;
import org.residuum.data.load.Batch;
import org.residuum.data.load.BatchLoader;
import org.residuum.data.load.Epoch;
import org.residuum.network.ElementType;
import org.residuum.network.Network;

/** Brings a loader's batches into a session, in the form that it was compiled for. */
final class LoaderFeed {
  private final BatchLoader loader;
  private final Batches batches;
  private final boolean pictures;

  /**
   * @throws IllegalArgumentException where the session normalises bytes otherwise than the loader
   */
  LoaderFeed(Session session, Network network, BatchLoader loader) {
    String input = Inputs.of(network).name();
    Feed feed = session.feed(input);
    this.loader = loader;
    this.batches = new Batches(session, network, input);
    this.pictures = feed.type() == ElementType.U8;
    if (pictures && !feed.equals(loader.feed())) {
      throw new IllegalArgumentException(
          network.name()
              + " was compiled with input "
              + input
              + " fed with "
              + feed
              + ", the data is "
              + loader.feed()
              + "; compile it with the feed of its preprocessing");
    }
  }

  /** Starts a pass over the data. */
  Epoch epoch(int number) {
    return pictures ? loader.pictures(number) : loader.epoch(number);
  }

  /** Fills a slot's input; the batch has at most as many examples as the session's. */
  void fill(Slot slot, Batch batch) {
    if (pictures) {
      batches.fill(slot, batch.pictures(), 0, batch.size());
    } else {
      batches.fill(slot, batch.inputs(), 0, batch.size());
    }
  }

  /** As {@link Batches#start}. */
  void start(Batch batch, Batches.Reader reader) {
    if (pictures) {
      batches.start(batch.pictures(), batch.size(), reader);
    } else {
      batches.start(batch.inputs(), batch.size(), reader);
    }
  }

  /** As {@link Batches#finish}. */
  void finish() {
    batches.finish();
  }
}
