package org.residuum.train;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.residuum.backend.Batches;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.network.Shape;
import org.residuum.network.Value;

/** Classifies examples; for one thread at a time. Several may share a plan. */
public final class Predictor implements AutoCloseable {
  private final Plan plan;
  private final Session session;
  private final Batches batches;
  private final Map<Slot, Scores> scoresOf;
  private final int classes;
  private final Value input;
  private final List<String> labels;

  /**
   * Opens a session.
   *
   * @param labels the class names in the order of the logits, or none: then numbers from 0
   */
  public Predictor(Plan plan, List<String> labels) {
    this.plan = plan;
    this.input = Inputs.of(plan.network());
    this.session = plan.session();
    this.scoresOf = Scores.of(session, plan.network());
    this.classes = scoresOf.values().iterator().next().classes();
    this.batches = new Batches(session, plan.network(), input.name());
    this.labels = labels.isEmpty() ? numbers(classes) : List.copyOf(labels);
    Scores.requireClasses(plan.network(), this.labels, "the list of labels");
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
   * The most likely classes of each example, the likeliest first.
   *
   * @param examples preprocessed, (count, H, W, C) or (count, F), any count
   * @param top how many classes at most
   * @throws NotFiniteException where the network gives NaN or an infinity for any of them; it holds
   *     the results of the others
   */
  public List<List<Prediction>> predict(FloatBuffer examples, int count, int top) {
    List<List<Prediction>> results = new ArrayList<>(count);
    start(examples, count, top, results::add);
    finish();
    if (results.stream().anyMatch(List::isEmpty)) {
      throw new NotFiniteException(results);
    }
    return results;
  }

  /**
   * The same, but the last results may come later, during further starts and {@link #finish}; the
   * examples may change as soon as this returns.
   *
   * @param sink takes the results in the order of the examples, with an empty list for one whose
   *     scores are not all finite
   */
  public void start(
      FloatBuffer examples, int count, int top, Consumer<? super List<Prediction>> sink) {
    if (top < 1) {
      throw new IllegalArgumentException("top must be at least 1, not " + top);
    }
    batches.start(
        examples,
        count,
        (slot, from, rows) -> {
          for (int row = 0; row < rows; row++) {
            sink.accept(best(scoresOf.get(slot), row, Math.min(top, classes)));
          }
        });
  }

  /** Waits for all results. */
  public void finish() {
    batches.finish();
  }

  /** The network's outputs, (count, classes): logits, or what it gives in their place. */
  public float[][] scores(FloatBuffer examples, int count) {
    float[][] results = new float[count][classes];
    batches.run(
        examples,
        count,
        (slot, from, rows) -> {
          for (int row = 0; row < rows; row++) {
            for (int k = 0; k < classes; k++) {
              results[from + row][k] = scoresOf.get(slot).get(row, k);
            }
          }
        });
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

  @Override
  public void close() {
    session.close();
  }
}
