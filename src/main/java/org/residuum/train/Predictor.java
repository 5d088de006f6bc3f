package org.residuum.train;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.residuum.backend.Batches;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.network.Shape;
import org.residuum.network.Value;

/** Classifies examples; for one thread at a time. Several may share a plan. */
public final class Predictor implements AutoCloseable {
  private final Plan plan;
  private final Session session;
  private final Batches batches;
  private final Scores scores;
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
    this.scores = Scores.of(session, plan.network());
    this.batches = new Batches(session, plan.network(), input.name());
    this.labels = labels.isEmpty() ? numbers(scores.classes()) : List.copyOf(labels);
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
   */
  public List<List<Prediction>> predict(FloatBuffer examples, int count, int top) {
    if (top < 1) {
      throw new IllegalArgumentException("top must be at least 1, not " + top);
    }
    List<List<Prediction>> results = new ArrayList<>(count);
    batches.run(
        examples,
        count,
        (from, rows) -> {
          for (int row = 0; row < rows; row++) {
            results.add(best(row, Math.min(top, scores.classes())));
          }
        });
    return results;
  }

  /** The network's outputs, (count, classes): logits, or what it gives in their place. */
  public float[][] scores(FloatBuffer examples, int count) {
    float[][] results = new float[count][scores.classes()];
    batches.run(
        examples,
        count,
        (from, rows) -> {
          for (int row = 0; row < rows; row++) {
            for (int k = 0; k < scores.classes(); k++) {
              results[from + row][k] = scores.get(row, k);
            }
          }
        });
    return results;
  }

  private List<Prediction> best(int row, int top) {
    return IntStream.range(0, scores.classes())
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
