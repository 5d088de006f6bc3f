package org.residuum;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.lower.Batches;
import org.residuum.backend.lower.Guard;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.data.load.Batch;
import org.residuum.data.load.Loader;
import org.residuum.data.load.Pass;
import org.residuum.network.Network;
import org.residuum.train.loop.Inputs;
import org.residuum.train.loop.LoaderFeed;
import org.residuum.train.loop.Rows;
import org.residuum.train.loop.Scores;

/**
 * Many examples a call, through one session of a fixed batch size and in the calling thread; whole
 * calls come one after the other.
 */
final class Bulk implements AutoCloseable {
  /** Of batches of items: one runs, one is decoded. */
  private static final int SLOTS = 2;

  private final Network network;
  private final int batch;
  private final Guard guard;
  private final Lock computing;
  private final LoaderFeed feed;
  private final Ranking ranking;

  /** Empty where the output is an image, the embedding of a layer. */
  private final Map<Slot, Scores> scoresOf;

  private final Map<Slot, Rows> rowsOf;

  /**
   * Opens a session of a plan.
   *
   * @param what this is, for errors
   * @param computing held while a batch runs
   */
  Bulk(String what, Plan plan, Ranking ranking, Lock computing) {
    this.network = plan.network();
    this.batch = plan.batch();
    this.ranking = ranking;
    this.computing = computing;
    Session session = plan.session();
    this.guard = Guard.waiting(what, session::close);
    this.scoresOf = Scores.isClassifier(network) ? Scores.of(session, network) : Map.of();
    this.rowsOf = Rows.of(session, network);
    this.feed = new LoaderFeed(session, network);
  }

  /** Whether pictures go into it as bytes. */
  boolean takesPictures(Preprocessing preprocessing) {
    return feed.takesPictures(preprocessing.feed(255));
  }

  /** Whether it takes floats alone. */
  boolean takesFloats() {
    return !feed.isBytes();
  }

  private int elements() {
    return Inputs.of(network).shape().elements();
  }

  List<List<Prediction>> classify(List<Picture> pictures, Preprocessing preprocessing, int top) {
    int count = pictures.size();
    int elements = elements();
    if (!takesPictures(preprocessing)) {
      FloatBuffer examples = FloatBuffer.allocate(Math.multiplyExact(count, elements));
      pictures.forEach(picture -> preprocessing.apply(picture, examples));
      return classify(examples, count, top);
    }
    Slot.Pictures examples = Slot.Pictures.allocate(count, elements);
    for (int i = 0; i < count; i++) {
      examples.pixels().put(i * elements, preprocessing.fit(pictures.get(i)).pixels());
    }
    return results(count, top, reader -> feed.batches().start(examples, count, reader));
  }

  List<List<Prediction>> classify(FloatBuffer examples, int count, int top) {
    requireWritten(examples, count);
    feed.batches().requireRoom(examples, count);
    return results(count, top, reader -> feed.batches().start(examples, count, reader));
  }

  private List<List<Prediction>> results(int count, int top, Consumer<Batches.Reader> start) {
    List<List<Prediction>> results = new ArrayList<>(count);
    Batches.Reader reader = reader(top, results::add);
    exclusive(
        () -> {
          start.accept(reader);
          finish();
        });
    if (results.stream().anyMatch(List::isEmpty)) {
      throw new NotFiniteException(results);
    }
    return results;
  }

  void start(FloatBuffer examples, int count, int top, Consumer<? super List<Prediction>> sink) {
    requireWritten(examples, count);
    Batches.Reader reader = reader(top, sink);
    exclusive(() -> feed.batches().start(examples, count, reader));
  }

  private Batches.Reader reader(int top, Consumer<? super List<Prediction>> sink) {
    if (top < 1) {
      throw new IllegalArgumentException("top must be at least 1, not " + top);
    }
    Scores.classes(network);
    return (slot, from, rows) -> {
      Scores scores = scoresOf.get(slot);
      for (int row = 0; row < rows; row++) {
        sink.accept(scores.areFinite(row) ? ranking.best(scores, row, top) : List.of());
      }
    };
  }

  <T> void classifyAll(
      Iterator<? extends T> items,
      Examples<T> examples,
      int top,
      int threads,
      Classifier.PredictionSink<? super T> sink)
      throws IOException {
    Scores.classes(network);
    run(
        items,
        examples,
        threads,
        sink,
        (batch, results) ->
            start(batch, top, best -> results.accept(Optional.of(best).filter(b -> !b.isEmpty()))));
  }

  <T> void outputsAll(
      Iterator<? extends T> items,
      Examples<T> examples,
      int threads,
      Classifier.ItemSink<? super T, float[]> sink)
      throws IOException {
    run(items, examples, threads, sink, this::startOutputs);
  }

  private void startOutputs(Batch<?> batch, Consumer<Optional<float[]>> results) {
    Batches.Reader reader =
        (slot, from, count) -> {
          Rows rows = rowsOf.get(slot);
          for (int row = 0; row < count; row++) {
            results.accept(rows.areFinite(row) ? Optional.of(rows.get(row)) : Optional.empty());
          }
        };
    exclusive(() -> feed.start(batch, reader));
  }

  private <T, R> void run(
      Iterator<? extends T> items,
      Examples<T> examples,
      int threads,
      Classifier.ItemSink<? super T, R> sink,
      PredictionPass.Starter<T, R> starter)
      throws IOException {
    Inputs.matching(network, examples.shape(), "this preprocessing");
    int elements = elements();
    try (Loader<T> loader =
            new Loader<>(
                "items",
                SLOTS,
                () -> new Batch<>(this.batch, elements),
                true,
                threads,
                examples::writer);
        Pass<T> pass = loader.pass("the pass", items, feed.takesPictures(examples.feed()))) {
      new PredictionPass<T, R>(sink).run(pass, starter, this::finish);
    } catch (IOException | RuntimeException | Error e) {
      abandonAfter(e);
      throw e;
    }
  }

  private void start(Batch<?> batch, int top, Consumer<List<Prediction>> results) {
    Batches.Reader reader = reader(top, results);
    exclusive(() -> feed.start(batch, reader));
  }

  /** This classifier serves others again. */
  private void abandonAfter(Throwable failure) {
    try {
      abandon();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Floats need a plan that takes them; a preprocessing of another size moves the position. */
  private void requireWritten(FloatBuffer examples, int count) {
    if (feed.isBytes()) {
      throw new IllegalStateException(
          "this classifier of "
              + network.name()
              + " takes pictures, which its plan normalises; for examples that are preprocessed"
              + " elsewhere, compile a plan without that feed: new Classifier(plan, labels)");
    }
    long expected = (long) count * elements();
    if (examples.position() != 0 && examples.position() != expected) {
      throw new IllegalArgumentException(
          "%s values were put into the buffer, %s%s%s%s%s; is the preprocessing that of %s?"
              .formatted(
                  examples.position(),
                  count,
                  count == 1 ? " example of " : " examples of ",
                  Ranking.example(network),
                  count == 1 ? " has " : " have ",
                  expected,
                  network.name()));
    }
  }

  void finish() {
    exclusive(feed.batches()::finish);
  }

  void abandon() {
    exclusive(feed.batches()::abandon);
  }

  float[][] scores(FloatBuffer examples, int count) {
    requireWritten(examples, count);
    feed.batches().requireRoom(examples, count);
    float[][] results = new float[count][];
    Batches.Reader reader =
        (slot, from, rows) -> {
          for (int row = 0; row < rows; row++) {
            results[from + row] = rowsOf.get(slot).get(row);
          }
        };
    exclusive(() -> feed.batches().run(examples, count, reader));
    return results;
  }

  /** A call: behind those of other threads, and not while another lane computes. */
  private void exclusive(Runnable body) {
    guard.run(
        () -> {
          computing.lock();
          try {
            body.run();
          } finally {
            computing.unlock();
          }
        });
  }

  /** Waits for the call that another thread is in. */
  @Override
  public void close() {
    guard.close();
  }
}
