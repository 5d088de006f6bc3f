package org.residuum.train.loop;

import org.residuum.backend.Feed;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.lower.Batches;
import org.residuum.data.load.Batch;
import org.residuum.network.ElementType;
import org.residuum.network.Network;

/** Brings a loader's batches into a session, in the form that it was compiled for. */
public final class LoaderFeed {
  private final Network network;
  private final Feed feed;
  private final Batches batches;

  public LoaderFeed(Session session, Network network) {
    String input = Inputs.of(network).name();
    this.network = network;
    this.feed = session.feed(input);
    this.batches = new Batches(session, network, input);
  }

  /**
   * Whether batches are to hold pictures.
   *
   * @param data what the loader can give, which floats always are
   * @throws IllegalArgumentException where the session normalises bytes otherwise than the loader
   */
  public boolean takesPictures(Feed data) {
    if (isBytes() && !feed.equals(data)) {
      throw new IllegalArgumentException(
          ("%s was compiled with input %s fed with %s, the data is %s; compile it"
                  + " with the feed of its preprocessing")
              .formatted(network.name(), Inputs.of(network).name(), feed, data));
    }
    return isBytes();
  }

  /** Whether batches hold pictures, bytes that the session normalises. */
  public boolean isBytes() {
    return feed.type() == ElementType.U8;
  }

  public Batches batches() {
    return batches;
  }

  /** Fills a slot's input; the batch has at most as many examples as the session's. */
  public void fill(Slot slot, Batch<?> batch) {
    if (isBytes()) {
      batches.fill(slot, batch.pictures(), 0, batch.size());
    } else {
      batches.fill(slot, batch.inputs(), 0, batch.size());
    }
  }

  /** As {@link Batches#start}. */
  public void start(Batch<?> batch, Batches.Reader reader) {
    if (isBytes()) {
      batches.start(batch.pictures(), batch.size(), reader);
    } else {
      batches.start(batch.inputs(), batch.size(), reader);
    }
  }
}
