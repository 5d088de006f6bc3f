package org.residuum.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.data.Dataset;
import org.residuum.data.source.DatasetOptions;
import org.residuum.data.source.Datasets;
import org.residuum.job.RateFinder.Found;
import org.residuum.job.RateFinder.Range;
import org.residuum.train.FineTuning;
import org.residuum.train.TrainingOptions;

/** Searches for a learning rate. */
class RateFinderTest {
  private static final TrainingBackend CPU = new CpuBackend();
  private static final Dataset GLYPHS = glyphs();
  private static final TrainingOptions OPTIONS =
      TrainingOptions.builder()
          .batch(32)
          .rule(new UpdateRule.Sgd(0, false, 0, false))
          .seed(3)
          .build();

  private static Dataset glyphs() {
    try {
      return Datasets.open("glyphs", Dataset.Split.TEST, DatasetOptions.DEFAULTS);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static StartingPoint fresh() throws IOException {
    return StartingPoint.fresh("mlp:16x2", GLYPHS, 3);
  }

  private static Found find(StartingPoint start, TrainingOptions options, Range range)
      throws IOException {
    return new RateFinder(CPU, start, GLYPHS, step -> {}).find(options, range);
  }

  @Test
  void ratesGrowExponentiallyUntilTheLossIsFourTimesItsLeast() throws IOException {
    StartingPoint start = fresh();
    String first = start.parameters().names().iterator().next();
    float[] before = start.parameters().get(first).toArray();
    Found found = find(start, OPTIONS, new Range(1e-4, 1e4, 80));
    assertFalse(found.isWhole());
    assertTrue(found.points().size() > 30 && found.points().size() < 80);
    for (int i = 0; i < found.points().size(); i++) {
      assertEquals(1e-4 * Math.pow(1e8, i / 79.0), found.points().get(i).rate(), 1e-5);
    }
    double least = found.points().get(0).mean();
    for (RateFinder.Point point : found.points().subList(0, found.points().size() - 1)) {
      least = Math.min(least, point.mean());
      assertTrue(point.mean() <= 4 * least, "goes on at " + point);
    }
    double suggested = found.suggestion().orElseThrow();
    assertTrue(suggested > 1e-3 && suggested < 1, "suggested " + suggested);
    assertArrayEquals(before, start.parameters().get(first).toArray());
  }

  /** 30 steps of 32 are more than an epoch of some examples: it goes over them again. */
  @Test
  void sameSeedGivesTheSameCurveAndPartsForLaterStayFrozen() throws IOException {
    FineTuning later = new FineTuning(List.of(), Map.of("body", 2), Map.of(), false);
    TrainingOptions few = OPTIONS.toBuilder().batch(128).fineTuning(later).build();
    Range range = new Range(1e-3, 1, 30);
    assertTrue(few.stepsPerEpoch(GLYPHS.size()) < 30);
    Found found = find(fresh(), few, range);
    assertEquals(30, found.points().size());
    assertTrue(found.isWhole());
    assertEquals(found.points(), find(fresh(), few, range).points());
    TrainingOptions frozen =
        few.toBuilder()
            .fineTuning(new FineTuning(List.of("body"), Map.of(), Map.of(), false))
            .build();
    assertEquals(found.points(), find(fresh(), frozen, range).points());
    assertFalse(found.points().equals(find(fresh(), OPTIONS, range).points()));
  }

  @Test
  void ratesThatAreAllTooLargeGiveNone() throws IOException {
    Found found = find(fresh(), OPTIONS, new Range(1e6, 1e9, 40));
    assertTrue(found.points().size() < 40);
    assertTrue(found.suggestion().isEmpty(), found.toString());
  }
}
