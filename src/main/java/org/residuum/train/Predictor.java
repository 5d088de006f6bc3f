package org.residuum.train;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.lower.Batches;
import org.residuum.backend.lower.Guard;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.network.Shape;
import org.residuum.network.Value;

/**
 * Classifies examples. Threads may share one: each call is whole, the next waits for it. Several
 * predictors on one plan work side by side.
 */
public final class Predictor implements AutoCloseable {
  private final Plan plan;
  private final Session session;
  private final Guard guard;
  private final Preprocessing preprocessing;
  private final Batches batches;
  private final Map<Slot, Scores> scoresOf;
  private final int classes;
  private final Value input;
  private final List<String> labels;

  /**
   * Opens a session for examples that are preprocessed elsewhere.
   *
   * @param labels the class names in the order of the logits, or none: then numbers from 0
   */
  public Predictor(Plan plan, List<String> labels) {
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
  public Predictor(Plan plan, List<String> labels, Preprocessing preprocessing) {
    this.plan = plan;
    this.input = Inputs.of(plan.network());
    if (preprocessing != null) {
      Inputs.matching(plan.network(), preprocessing.inputShape(), "this preprocessing");
    }
    this.preprocessing = preprocessing;
    this.classes = Scores.classes(plan.network());
    this.labels = labels.isEmpty() ? numbers(classes) : List.copyOf(labels);
    Scores.requireClasses(plan.network(), this.labels, "the list of labels");
    this.session = plan.session();
    this.guard = Guard.waiting("this predictor of " + plan.network().name(), session::close);
    this.scoresOf = Scores.of(session, plan.network());
    this.batches = new Batches(session, plan.network(), input.name());
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
   * @throws IllegalStateException where this predictor was opened without a preprocessing
   * @throws NotFiniteException where the network gives NaN or an infinity
   */
  public List<Prediction> predict(Picture picture, int top) {
    if (preprocessing == null) {
      throw new IllegalStateException(
          "this predictor has no preprocessing for pictures; open it with one");
    }
    FloatBuffer example = FloatBuffer.allocate(exampleShape().elements());
    preprocessing.apply(picture, example);
    return predict(example, 1, top).get(0);
  }

  /**
   * The most likely classes of each example, the likeliest first.
   *
   * @param examples preprocessed, (count, H, W, C) or (count, F), any count, from index 0. Their
   *     position is 0, or behind the last, where relative puts leave it.
   * @param top how many classes at most
   * @throws NotFiniteException where the network gives NaN or an infinity for any of them; it holds
   *     the results of the others
   */
  public List<List<Prediction>> predict(FloatBuffer examples, int count, int top) {
    batches.requireRoom(examples, count);
    List<List<Prediction>> results = new ArrayList<>(count);
    guard.run(
        () -> {
          start(examples, count, top, results::add);
          finish();
        });
    if (results.stream().anyMatch(List::isEmpty)) {
      throw new NotFiniteException(results);
    }
    return results;
  }

  /**
   * The same, but the last results may come later, during further starts and {@link #finish}; the
   * examples may change as soon as this returns. Until finish, or {@link #abandon}, this predictor
   * belongs to the thread that started.
   *
   * @param sink takes the results in the order of the examples, with an empty list for one whose
   *     scores are not all finite
   */
  public void start(
      FloatBuffer examples, int count, int top, Consumer<? super List<Prediction>> sink) {
    if (top < 1) {
      throw new IllegalArgumentException("top must be at least 1, not " + top);
    }
    requireWritten(examples, count);
    Batches.Reader reader =
        (slot, from, rows) -> {
          for (int row = 0; row < rows; row++) {
            sink.accept(best(scoresOf.get(slot), row, Math.min(top, classes)));
          }
        };
    guard.run(() -> batches.start(examples, count, reader));
  }

  /** A preprocessing of another size leaves the position elsewhere. */
  private void requireWritten(FloatBuffer examples, int count) {
    long expected = (long) count * exampleShape().elements();
    if (examples.position() != 0 && examples.position() != expected) {
      throw new IllegalArgumentException(
          examples.position()
              + " values were put into the buffer, "
              + count
              + (count == 1 ? " example of " : " examples of ")
              + exampleShape()
              + (count == 1 ? " has " : " have ")
              + expected
              + "; is the preprocessing that of "
              + plan.network().name()
              + "?");
    }
  }

  /** Waits for all results. */
  public void finish() {
    guard.run(batches::finish);
  }

  /** Gives up all results that are still to come, whatever thread started them. */
  public void abandon() {
    guard.run(batches::abandon);
  }

  /** The network's outputs, (count, classes): logits, or what it gives in their place. */
  public float[][] scores(FloatBuffer examples, int count) {
    requireWritten(examples, count);
    batches.requireRoom(examples, count);
    float[][] results = new float[count][classes];
    Batches.Reader reader =
        (slot, from, rows) -> {
          for (int row = 0; row < rows; row++) {
            for (int k = 0; k < classes; k++) {
              results[from + row][k] = scoresOf.get(slot).get(row, k);
            }
          }
        };
    guard.run(() -> batches.run(examples, count, reader));
    return results;
  }

  private List<Prediction> best(Scores scores, int row, int top) {
    if (!scores.areFinite(row)) {
      return List.of();
    }
    return IntStream.range(0, classes)
        .boxed()
        .sorted((a, b) -> Float.compare(scores.get(row, b), scores.get(row, a)))
        .limit(top)
        .map(k -> new Prediction(k, labels.get(k), scores.probability(row, k)))
        .toList();
  }

  /** Waits for the call that another thread is in; closing twice is harmless. */
  @Override
  public void close() {
    guard.close();
  }
}
