package org.residuum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.source.Datasets;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.train.Evaluation;
import org.residuum.train.Evaluator;

/** Scores that are not all finite name no class, for each of the ways to ask for one. */
final class NotFiniteTest {
  private static final int CLASSES = 3;
  private static final float[] ONES = {1, 1, 1};

  /** The scores are the inputs: identity weights, no bias. */
  private static final Network NETWORK = network(false);

  private static Network network(boolean softmax) {
    NetworkBuilder net = new NetworkBuilder("identity");
    Value scores = net.dense("fc", net.input("x", Shape.batch(CLASSES)), CLASSES);
    net.output("logits", softmax ? net.softmax("softmax", scores) : scores);
    return net.build();
  }

  private static Plan plan(Network network) {
    float[] identity = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    Parameters parameters = Parameters.of(network, identity, new float[CLASSES]);
    return new ReferenceBackend().compile(network, parameters, CompileOptions.batch(2));
  }

  /** Four good examples; the third of five holds the value. */
  private static FloatBuffer examples(float value) {
    return FloatBuffer.wrap(new float[] {1, 0, 0, 0, 1, 0, 0, value, 9, 0, 0, 1, 0, 2, 0});
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void predictorNamesTheExampleAndKeepsTheOthers(float value) {
    try (Plan plan = plan(NETWORK);
        Classifier classifier = new Classifier(plan, List.of("a", "b", "c"))) {
      NotFiniteException e =
          assertThrows(
              NotFiniteException.class, () -> classifier.classify(examples(value), 5, CLASSES));
      assertEquals(List.of(2), e.rows());
      assertTrue(e.getMessage().startsWith("example 2 of 5"), e.getMessage());
      assertEquals(
          List.of("a", "b", "none", "c", "b"),
          e.results().stream().map(one -> one.isEmpty() ? "none" : one.get(0).label()).toList());
      assertEquals(1, classifier.classify(examples(value), 2, 1).get(0).size(), "goes on");
    }
  }

  @Test
  void streamReportsTheExampleAsFailed() throws IOException {
    FloatBuffer examples = examples(Float.NaN);
    List<String> seen = new ArrayList<>();
    try (Plan plan = plan(NETWORK);
        Classifier classifier = new Classifier(plan, List.of("a", "b", "c"))) {
      classifier.classifyAll(
          IntStream.range(0, 5).iterator(),
          Examples.ofVectors(
              new Preprocessing(Shape.of(CLASSES), new float[CLASSES], ONES, Resize.none()),
              item -> {
                float[] values = new float[CLASSES];
                examples.get(item * CLASSES, values);
                return values;
              }),
          1,
          1,
          new Classifier.PredictionSink<Integer>() {
            @Override
            public void predicted(Integer item, List<Prediction> predictions) {
              seen.add(predictions.get(0).label());
            }

            @Override
            public void failed(Integer item, IOException cause) {
              seen.add(cause.getMessage());
            }
          });
    }
    assertTrue(seen.remove(2).startsWith("2: the network's scores are not all finite"));
    assertEquals(List.of("a", "b", "c", "b"), seen);
  }

  @Test
  void evaluationCountsTheExampleAsWrongAndAgreesWithItsMatrix() throws IOException {
    float[][] values = {{1, 0, 0}, {0, 1, 0}, {0, 0, Float.NaN}, {Float.NaN, 0, 0}, {0, 2, 0}};
    int[] labels = {0, 1, 2, 0, 1};
    Evaluation all = evaluate(NETWORK, values, labels);
    assertEquals(2, all.notFinite());
    assertEquals(5, all.examples());
    assertEquals(3 / 5.0, all.top1());
    assertEquals(3 / 5.0, all.top5());
    Evaluation.ConfusionMatrix matrix = all.confusion();
    assertEquals(List.of(1, 0, 1), IntStream.range(0, 3).mapToObj(matrix::notFinite).toList());
    assertEquals(List.of(2, 2, 1), IntStream.range(0, 3).mapToObj(matrix::total).toList());
    assertEquals(1 / 2.0, matrix.recall(0));
    assertEquals(1, matrix.precision(0));
    float[][] finite = {values[0], values[1], values[4]};
    assertEquals(evaluate(NETWORK, finite, new int[] {0, 1, 1}).loss(), all.loss(), 1e-12);
  }

  @Test
  void lossOfAProbabilityRoundedToZeroIsFinite() throws IOException {
    float[][] values = {{200, 0, 0}};
    Evaluation wrong = evaluate(network(true), values, new int[] {1});
    assertEquals(0, wrong.notFinite());
    assertEquals(-Math.log(Float.MIN_VALUE), wrong.loss(), 1e-9);
  }

  private static Evaluation evaluate(Network network, float[][] values, int[] labels)
      throws IOException {
    Dataset data =
        Datasets.ofVectors("given", Shape.of(CLASSES), List.of("a", "b", "c"), values, labels);
    Preprocessing asIs =
        new Preprocessing(data.exampleShape(), new float[CLASSES], ONES, Resize.none());
    try (Plan plan = plan(network);
        Evaluator evaluator = new Evaluator(data, asIs, 4, 1)) {
      return evaluator.evaluate(plan);
    }
  }
}
