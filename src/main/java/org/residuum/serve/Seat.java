package org.residuum.serve;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.lower.Batches;
import org.residuum.network.Network;
import org.residuum.train.loop.Inputs;
import org.residuum.train.loop.LoaderFeed;
import org.residuum.train.loop.Rows;

/** A plan of one batch size with its session, for one lane. */
final class Seat implements AutoCloseable {
  private final Session session;
  private final LoaderFeed feed;
  private final Map<Slot, Rows> rowsOf;
  private final int elements;

  Seat(Plan plan) {
    Network network = plan.network();
    session = plan.session();
    feed = new LoaderFeed(session, network);
    rowsOf = Rows.of(session, network);
    elements = Inputs.of(network).shape().elements();
  }

  /**
   * Runs examples.
   *
   * @param examples at most as many as the plan's batch
   * @return a row of outputs for each
   */
  List<float[]> run(List<Request> examples, Staging staging) {
    List<float[]> results = new ArrayList<>(examples.size());
    Batches.Reader reader =
        (slot, from, count) -> {
          for (int row = 0; row < count; row++) {
            results.add(rowsOf.get(slot).get(row));
          }
        };
    int count = examples.size();
    if (feed.isBytes()) {
      Slot.Pictures pictures = staging.pictures();
      for (int i = 0; i < count; i++) {
        pictures.pixels().put(i * elements, (byte[]) examples.get(i).example());
      }
      feed.batches().start(pictures, count, reader);
    } else {
      FloatBuffer values = staging.floats();
      for (int i = 0; i < count; i++) {
        values.put(i * elements, (float[]) examples.get(i).example());
      }
      feed.batches().start(values, count, reader);
    }
    feed.batches().finish();
    return results;
  }

  @Override
  public void close() {
    session.close();
  }

  /** Where a lane's examples lie, one behind the other, on their way into a session. */
  static final class Staging {
    private final int batch;
    private final int elements;
    private Slot.Pictures pictures;
    private FloatBuffer floats;

    /** Room for a batch, taken when it is needed. */
    Staging(int batch, int elements) {
      this.batch = batch;
      this.elements = elements;
    }

    Slot.Pictures pictures() {
      if (pictures == null) {
        pictures = Slot.Pictures.allocate(batch, elements);
      }
      return pictures;
    }

    FloatBuffer floats() {
      if (floats == null) {
        floats = FloatBuffer.allocate(Math.multiplyExact(batch, elements));
      }
      return floats;
    }
  }
}
