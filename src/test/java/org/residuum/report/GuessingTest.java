package org.residuum.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.residuum.data.Dataset;
import org.residuum.data.source.Datasets;
import org.residuum.network.Shape;
import org.residuum.train.Balance;
import org.residuum.train.Evaluation;
import org.residuum.train.TrainingOptions;

final class GuessingTest {
  private static final List<String> CLASSES = List.of("a", "b", "c");

  private static Dataset of(int... classes) {
    return Datasets.ofVectors("v", Shape.of(1), CLASSES, new float[classes.length][1], classes);
  }

  @Test
  void equallyCommonClassesHaveTheLogarithmOfTheirNumber() {
    assertEquals(Math.log(3), Guessing.loss(of(0, 1, 2, 0, 1, 2), of(0, 0, 1)), 1e-12);
  }

  /** Counts 7, 1, 0 and one each: shares 8, 2 and 1 of 11. */
  @Test
  void commonClassesCostLessAndUnseenOnesStayFinite() {
    Dataset training = of(0, 0, 0, 0, 0, 0, 0, 1);
    assertEquals(-Math.log(8 / 11.0), Guessing.loss(training, of(0)), 1e-12);
    assertEquals(
        -(Math.log(2 / 11.0) + Math.log(1 / 11.0)) / 2, Guessing.loss(training, of(1, 2)), 1e-12);
    Balance sampled = Balance.NONE.withBalancedSampling(true);
    Balance weighed = Balance.NONE.withWeights(Map.of("b", 4.0));
    assertEquals(Math.log(3), Guessing.loss(training, of(0, 2), sampled), 1e-12);
    assertEquals(-Math.log(8 / 17.0), Guessing.loss(training, of(1), weighed), 1e-12);
    Balance equal = Balance.NONE.withBalancedWeights();
    assertEquals(Math.log(3), Guessing.loss(training, of(0, 1), equal), 1e-12);
  }

  /** Class c does not count, so neither does what is said of its examples. */
  @Test
  void cautionGoesByRecallsWhereAClassDoesNotCount() {
    Balance balance = Balance.NONE.withWeights(Map.of("c", 0.0));
    TrainingOptions options = TrainingOptions.builder().balance(balance).build();
    Dataset test = of(0, 0, 1, 1, 2, 2, 2, 2);
    String nothing = caution(test, options, 0, 0, 0, 0, 0, 0, 0, 0).orElseThrow();
    assertTrue(
        nothing.startsWith("the test recall 50.00 %, mean of the classes that count, is not above"),
        nothing);
    assertEquals(Optional.empty(), caution(test, options, 0, 0, 0, 1, 0, 0, 0, 0));
  }

  private static Optional<String> caution(Dataset test, TrainingOptions options, int... said) {
    Evaluation.ConfusionMatrix matrix = new Evaluation.ConfusionMatrix(CLASSES);
    for (int i = 0; i < said.length; i++) {
      matrix.add(test.label(i), said[i]);
    }
    Evaluation evaluation =
        new Evaluation(said.length, 9, 0.5, 1, matrix, new Evaluation.Calibration(), 1);
    return Outcome.caution(0.1, new Judged("test", test, 1, evaluation), test, options);
  }
}
