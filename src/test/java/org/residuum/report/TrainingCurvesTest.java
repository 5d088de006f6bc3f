package org.residuum.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.train.Evaluation;
import org.residuum.train.TrainingResult;

/** The course of a training as checkpoints keep it. */
final class TrainingCurvesTest {
  private static TrainingResult.EpochResult epoch(
      int epoch, TrainingResult.ParameterNorm... norms) {
    return new TrainingResult.EpochResult(
        epoch,
        0.5,
        0.25,
        0.125,
        new TrainingResult.Pace(3, 24, 2, 0.5),
        new TrainingResult.GradientNorms(1.5, 0.75, List.of(norms)),
        Evaluation.NONE);
  }

  private static TrainingResult.ParameterNorm norm(String name, double gradient) {
    return new TrainingResult.ParameterNorm(name, gradient, 2 * gradient);
  }

  @Test
  void courseGoesOnAfterACheckpoint() {
    TrainingCurves first = new TrainingCurves(10);
    first.add(epoch(1, norm("fc.weight", 1)));
    first.add(epoch(2, norm("fc.weight", 2), norm("conv.weight", 4)));
    TrainingCurves resumed = new TrainingCurves(10);
    resumed.restore(first.soFar());
    resumed.add(epoch(3, norm("conv.weight", 8)));
    assertEquals(
        List.of("fc.weight", "conv.weight"), List.copyOf(resumed.gradientNorms().keySet()));
    double none = Double.NaN;
    assertArrayEquals(new double[] {1, 2, none}, resumed.gradientNorms().get("fc.weight"));
    assertArrayEquals(new double[] {none, 4, 8}, resumed.gradientNorms().get("conv.weight"));
    assertArrayEquals(new double[] {none, 8, 16}, resumed.weightNorms().get("conv.weight"));
    EpochPoint point = resumed.epochs().get(1);
    assertEquals(2, point.epoch());
    assertEquals(12, point.imagesPerSecond());
    assertEquals(0.5, point.waitingSeconds());
    assertEquals(1.5, point.gradientNorm());
    assertEquals(0.75, point.clippedShare());
    assertEquals(List.of(1, 2, 3), resumed.epochs().stream().map(EpochPoint::epoch).toList());
  }

  @Test
  void whatAnOlderVersionKeptHasNoNorms() {
    FloatBuffer numbers =
        FloatBuffer.wrap(new float[] {1, 0.5f, 0.25f, 0.1f, 12, 2, 0.4f, 0.8f, 1});
    TrainingCurves curves = new TrainingCurves(10);
    curves.restore(new Parameters(Map.of("epochs", new Tensor(Shape.of(1, 9), numbers))));
    EpochPoint point = curves.epochs().get(0);
    assertEquals(3, point.seconds());
    assertTrue(Double.isNaN(point.waitingSeconds()) && Double.isNaN(point.gradientNorm()));
    curves.add(epoch(2, norm("fc.weight", 1)));
    assertArrayEquals(new double[] {Double.NaN, 1}, curves.gradientNorms().get("fc.weight"));
  }
}
