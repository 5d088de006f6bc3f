package org.residuum;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.residuum.backend.CompileOptions;
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
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.train.loop.Inputs;
import org.residuum.train.loop.LoaderFeed;
import org.residuum.train.loop.Rows;
import org.residuum.train.loop.Scores;

/**
 * Classifies examples. Threads may share one: each call is whole, the next waits for it. Several
 * classifiers on one plan work side by side.
 */
public final class Classifier implements AutoCloseable {
  /** Of batches of items: one runs, one is decoded. */
  private static final int SLOTS = 2;

  private static final int USUAL_BATCH = 32;

  private final Plan plan;
  private final Session session;
  private final Guard guard;
  private final Preprocessing preprocessing;
  private final LoaderFeed feed;

  /** Empty where the output is an image, the embedding of a layer. */
  private final Map<Slot, Scores> scoresOf;

  private final Map<Slot, Rows> rowsOf;
  private final int classes;
  private final Value input;
  private final List<String> labels;

  /**
   * Opens a session for examples that are preprocessed elsewhere.
   *
   * @param labels the class names in the order of the logits, or none: then numbers from 0
   */
  public Classifier(Plan plan, List<String> labels) {
    this(plan, labels, null);
  }

  /**
   * Opens a session.
   *
   * @param labels the class names in the order of the logits, or none: then numbers from 0
   * @param preprocessing what the network was trained with; null where it is done elsewhere
   * @throws IllegalArgumentException where it gives examples of another shape than the network
   *     takes
   */
  public Classifier(Plan plan, List<String> labels, Preprocessing preprocessing) {
    this(plan, labels, preprocessing, () -> {});
  }

  private Classifier(
      Plan plan, List<String> labels, Preprocessing preprocessing, Runnable afterwards) {
    this.plan = plan;
    this.input = Inputs.of(plan.network());
    if (preprocessing != null) {
      Inputs.matching(plan.network(), preprocessing.inputShape(), "this preprocessing");
    }
    this.preprocessing = preprocessing;
    boolean isClassifier = Scores.isClassifier(plan.network());
    this.classes = isClassifier ? Scores.classes(plan.network()) : 0;
    this.labels = labels.isEmpty() ? numbers(classes) : List.copyOf(labels);
    if (!labels.isEmpty()) {
      Scores.requireClasses(plan.network(), this.labels, "the list of labels");
    }
    this.session = plan.session();
    this.guard =
        Guard.waiting(
            "this classifier of " + plan.network().name(),
            () -> {
              session.close();
              afterwards.run();
            });
    this.scoresOf = isClassifier ? Scores.of(session, plan.network()) : Map.of();
    this.rowsOf = Rows.of(session, plan.network());
    this.feed = new LoaderFeed(session, plan.network());
  }

  /** As {@link #open(Model, Device, int)} for up to 32 examples at a time. */
  public static Classifier open(Model model, Device device) throws IOException {
    return open(model, device, USUAL_BATCH);
  }

  /**
   * Compiles a model for a device, which has to stay open until this is closed.
   *
   * @param batch examples that run at once
   * @throws org.residuum.format.FormatException where the model is no classifier, or does not say
   *     what happens to its examples first
   */
  public static Classifier open(Model model, Device device, int batch) throws IOException {
    model.requireClassifier();
    Preprocessing preprocessing = model.requirePreprocessing();
    CompileOptions options =
        CompileOptions.batch(batch)
            .feed(Inputs.of(model.network()).name(), preprocessing.feed(255));
    Plan plan = device.backend().compile(model.network(), model.parameters(), options);
    try {
      return new Classifier(plan, model.labels(), preprocessing, plan::close);
    } catch (RuntimeException e) {
      plan.close();
      throw e;
    }
  }

  private static List<String> numbers(int classes) {
    return IntStream.range(0, classes).mapToObj(String::valueOf).toList();
  }

  /** The shape of one example: (C, H, W) or (F). */
  public Shape exampleShape() {
    int[] shape = input.shape().toArray();
    return Shape.of(Arrays.copyOfRange(shape, 1, shape.length));
  }

  /** Examples that run at once. */
  public int batch() {
    return plan.batch();
  }

  /**
   * The most likely classes of a picture, the likeliest first.
   *
   * @param top how many classes at most
   * @throws IllegalStateException where this classifier was opened without a preprocessing
   * @throws NotFiniteException where the network gives NaN or an infinity
   */
  public List<Prediction> classify(Picture picture, int top) {
    return classify(List.of(picture), top).get(0);
  }

  /**
   * The same of a picture file.
   *
   * @throws IOException where it cannot be read
   */
  public List<Prediction> classify(Path picture, int top) throws IOException {
    return classify(Picture.read(picture, requirePreprocessing().decoding()), top);
  }

  /**
   * The same of many picture files, which several threads decode; one result a picture.
   *
   * @throws IOException where one of them cannot be read or classified
   */
  public List<List<Prediction>> classifyAll(List<Path> pictures, int top) throws IOException {
    List<List<Prediction>> results = new ArrayList<>();
    PredictionSink<Path> sink =
        new PredictionSink<>() {
          @Override
          public void predicted(Path picture, List<Prediction> predictions) {
            results.add(predictions);
          }

          @Override
          public void failed(Path picture, IOException cause) throws IOException {
            throw cause;
          }
        };
    Examples<Path> examples = Examples.ofPictures(requirePreprocessing(), preprocessing::fit);
    classifyAll(pictures.iterator(), examples, top, Devices.usualThreads(), sink);
    return results;
  }

  private Preprocessing requirePreprocessing() {
    if (preprocessing == null) {
      throw new IllegalStateException(
          "this classifier has no preprocessing for pictures; open it with one");
    }
    return preprocessing;
  }

  /** The same of several pictures. */
  public List<List<Prediction>> classify(List<Picture> pictures, int top) {
    requirePreprocessing();
    int count = pictures.size();
    int elements = exampleShape().elements();
    if (!feed.takesPictures(preprocessing.feed(255))) {
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

  /**
   * The most likely classes of each example, the likeliest first.
   *
   * @param examples preprocessed, (count, H, W, C) or (count, F), any count, from index 0. Their
   *     position is 0, or behind the last, where relative puts leave it.
   * @param top how many classes at most
   * @throws IllegalStateException where the plan was compiled to be fed with bytes, as {@link
   *     #open} does for pictures
   * @throws NotFiniteException where the network gives NaN or an infinity for any of them; it holds
   *     the results of the others
   */
  public List<List<Prediction>> classify(FloatBuffer examples, int count, int top) {
    requireWritten(examples, count);
    feed.batches().requireRoom(examples, count);
    return results(count, top, reader -> feed.batches().start(examples, count, reader));
  }

  private List<List<Prediction>> results(int count, int top, Consumer<Batches.Reader> start) {
    List<List<Prediction>> results = new ArrayList<>(count);
    Batches.Reader reader = reader(top, results::add);
    guard.run(
        () -> {
          start.accept(reader);
          finish();
        });
    if (results.stream().anyMatch(List::isEmpty)) {
      throw new NotFiniteException(results);
    }
    return results;
  }

  /**
   * The same, but the last results may come later, during further starts and {@link #finish}; the
   * examples may change as soon as this returns. Until finish, or {@link #abandon}, this classifier
   * belongs to the thread that started.
   *
   * @param sink takes the results in the order of the examples, with an empty list for one whose
   *     scores are not all finite
   */
  public void start(
      FloatBuffer examples, int count, int top, Consumer<? super List<Prediction>> sink) {
    requireWritten(examples, count);
    Batches.Reader reader = reader(top, sink);
    guard.run(() -> feed.batches().start(examples, count, reader));
  }

  private Batches.Reader reader(int top, Consumer<? super List<Prediction>> sink) {
    if (top < 1) {
      throw new IllegalArgumentException("top must be at least 1, not " + top);
    }
    Scores.classes(plan.network());
    return (slot, from, rows) -> {
      Scores scores = scoresOf.get(slot);
      for (int row = 0; row < rows; row++) {
        sink.accept(scores.areFinite(row) ? best(scores, row, top) : List.of());
      }
    };
  }

  private List<Prediction> best(Scores scores, int row, int top) {
    int[] highest = scores.highest(row, top);
    double[] probabilities = scores.probabilities(row, highest);
    return IntStream.range(0, highest.length)
        .mapToObj(i -> new Prediction(highest[i], labels.get(highest[i]), probabilities[i]))
        .toList();
  }

  /**
   * Classifies any number of items, files for example, in their order. While one batch runs, the
   * next travels to the device and other threads decode the one behind it.
   *
   * @param top how many classes an item at most
   * @param threads that decode
   * @throws IOException where the sink throws it
   */
  public <T> void classifyAll(
      Iterator<? extends T> items,
      Examples<T> examples,
      int top,
      int threads,
      PredictionSink<? super T> sink)
      throws IOException {
    Scores.classes(plan.network());
    run(
        items,
        examples,
        threads,
        sink,
        (batch, results) ->
            start(batch, top, best -> results.accept(Optional.of(best).filter(b -> !b.isEmpty()))));
  }

  /**
   * The same, but gives each item's outputs as they are: the logits, or of {@link Model#upTo} the
   * embedding, images as (C, H, W).
   */
  public <T> void outputsAll(
      Iterator<? extends T> items,
      Examples<T> examples,
      int threads,
      ItemSink<? super T, float[]> sink)
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
    guard.run(() -> feed.start(batch, reader));
  }

  private <T, R> void run(
      Iterator<? extends T> items,
      Examples<T> examples,
      int threads,
      ItemSink<? super T, R> sink,
      PredictionPass.Starter<T, R> starter)
      throws IOException {
    Inputs.matching(plan.network(), examples.shape(), "this preprocessing");
    int elements = exampleShape().elements();
    try (Loader<T> loader =
            new Loader<>(
                "items",
                SLOTS,
                () -> new Batch<>(batch(), elements),
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
    guard.run(() -> feed.start(batch, reader));
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
              + plan.network().name()
              + " takes pictures, which its plan normalises; for examples that are preprocessed"
              + " elsewhere, compile a plan without that feed: new Classifier(plan, labels)");
    }
    long expected = (long) count * exampleShape().elements();
    if (examples.position() != 0 && examples.position() != expected) {
      throw new IllegalArgumentException(
          "%s values were put into the buffer, %s%s%s%s%s; is the preprocessing that of %s?"
              .formatted(
                  examples.position(),
                  count,
                  count == 1 ? " example of " : " examples of ",
                  exampleShape(),
                  count == 1 ? " has " : " have ",
                  expected,
                  plan.network().name()));
    }
  }

  /** Waits for all results. */
  public void finish() {
    guard.run(feed.batches()::finish);
  }

  /** Gives up all results that are still to come, whatever thread started them. */
  public void abandon() {
    guard.run(feed.batches()::abandon);
  }

  /**
   * The network's outputs, (count, classes): logits, or what it gives in their place; of an image,
   * the embedding of a layer, (count, C · H · W).
   *
   * @throws IllegalStateException as {@link #classify(FloatBuffer, int, int)}
   */
  public float[][] scores(FloatBuffer examples, int count) {
    requireWritten(examples, count);
    feed.batches().requireRoom(examples, count);
    float[][] results = new float[count][];
    Batches.Reader reader =
        (slot, from, rows) -> {
          for (int row = 0; row < rows; row++) {
            results[from + row] = rowsOf.get(slot).get(row);
          }
        };
    guard.run(() -> feed.batches().run(examples, count, reader));
    return results;
  }

  /** Waits for the call that another thread is in; closing twice is harmless. */
  @Override
  public void close() {
    guard.close();
  }

  /**
   * Takes the results of many items, in their order and on the thread that asked for them.
   *
   * @param <R> a result
   */
  public interface ItemSink<T, R> {
    /** The result of an item. */
    void result(T item, R result) throws IOException;

    /**
     * An item that could not be decoded, or for which the network gives NaN or an infinity;
     * throwing ends it all.
     */
    void failed(T item, IOException cause) throws IOException;

    /** All results so far are given; more may take a while. */
    default void flush() throws IOException {}
  }

  /** Takes the likeliest classes of many items. */
  public interface PredictionSink<T> extends ItemSink<T, List<Prediction>> {
    /** The likeliest classes of an item, the likeliest first. */
    void predicted(T item, List<Prediction> predictions) throws IOException;

    @Override
    default void result(T item, List<Prediction> predictions) throws IOException {
      predicted(item, predictions);
    }
  }
}
