package org.residuum.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.residuum.data.Dataset;
import org.residuum.network.Network;
import org.residuum.network.ResNets;

/** Golden values are PyTorch 1.13's, from {@code torch.optim.lr_scheduler}. */
final class ScheduleTest {
  private static void assertRates(Schedule schedule, int stepsPerEpoch, double... expected) {
    for (int step = 0; step < expected.length; step++) {
      assertEquals(
          expected[step],
          schedule.rate(step, expected.length, stepsPerEpoch),
          1e-15,
          schedule + ", step " + step);
    }
  }

  @Test
  void oneCycleIsPyTorchsWithItsDefaults() {
    // OneCycleLR(max_lr=0.4, total_steps=20)
    assertRates(
        Schedule.OneCycle.of(0.4),
        5,
        0.016000000000000014,
        0.05266873708001013,
        0.1486687370800101,
        0.2673312629199899,
        0.3633312629199899,
        0.4,
        0.39498560249403497,
        0.38019385280538953,
        0.35636647102842,
        0.3246982615799052,
        0.28677720071652035,
        0.24450480877451572,
        0.2000008,
        0.1554967912254843,
        0.11322439928347969,
        0.0753033384200948,
        0.04363512897158001,
        0.019807747194610516,
        0.005015997505965022,
        1.6e-06);
  }

  @Test
  void oneCycleIsPyTorchsWithOtherDivisors() {
    // OneCycleLR(max_lr=0.1, total_steps=12, pct_start=0.25, div_factor=10, final_div_factor=100)
    assertRates(
        new Schedule.OneCycle(0.1, 0.25, 10, 100),
        3,
        0.009999999999999995,
        0.055,
        0.1,
        0.09698764640825613,
        0.08831391993379295,
        0.07502500000000001,
        0.05872372647446318,
        0.041376273525536834,
        0.02507500000000001,
        0.011786080066207053,
        0.0031123535917438796,
        0.0001);
  }

  @Test
  void oneCycleOfAnyLengthStaysFiniteAndBelowItsPeak() {
    for (double rise : new double[] {0.1, 0.3, 0.5, 0.9}) {
      for (int steps = 1; steps <= 20; steps++) {
        for (int step = 0; step < steps; step++) {
          double rate = new Schedule.OneCycle(0.1, rise, 25, 1e4).rate(step, steps, 1);
          String where = rise + ", step " + step + " of " + steps + ": " + rate;
          assertTrue(rate > 0 && rate <= 0.1 + 1e-15, where);
        }
      }
    }
  }

  @Test
  void cosineIsPyTorchsAnnealing() {
    // CosineAnnealingLR(T_max=10, eta_min=0.01) from 0.1
    assertRates(
        new Schedule.Cosine(0.1, 0.01),
        2,
        0.1,
        0.09779754323328192,
        0.09140576474687263,
        0.08145033635316129,
        0.06890576474687264,
        0.05500000000000001,
        0.04109423525312737,
        0.028549663646838717,
        0.01859423525312737,
        0.012202456766718092);
  }

  @Test
  void stepIsPyTorchsMultiStepWithMilestonesInEpochs() {
    // MultiStepLR(milestones=[4, 6], gamma=0.1) from 0.1; two steps an epoch
    assertRates(
        new Schedule.Step(0.1, 0.1, List.of(2.0, 3.0)),
        2,
        0.1,
        0.1,
        0.1,
        0.1,
        0.010000000000000002,
        0.010000000000000002,
        0.0010000000000000002,
        0.0010000000000000002);
  }

  @Test
  void warmupIsPyTorchsLinearThenTheScheduleOverTheRest() {
    // LinearLR(start_factor=1/5, total_iters=4), then CosineAnnealingLR(T_max=8)
    assertRates(
        new Schedule.Cosine(0.1, 0).withWarmup(2),
        2,
        0.020000000000000004,
        0.04000000000000001,
        0.06000000000000001,
        0.08000000000000002,
        0.1,
        0.09619397662556434,
        0.08535533905932738,
        0.0691341716182545,
        0.05,
        0.030865828381745515,
        0.014644660940672627,
        0.0038060233744356634);
  }

  @Test
  void warmupThatOutlastsTheTrainingTakesHalfOfIt() {
    Schedule schedule = new Schedule.Constant(0.1).withWarmup(10);
    assertRates(schedule, 1, 0.1 / 3, 0.2 / 3, 0.1, 0.1);
    assertRates(schedule, 1, 0.1 / 2, 0.1, 0.1);
    assertRates(schedule, 1, 0.1 / 2, 0.1);
    assertRates(schedule, 1, 0.1);
  }

  @Test
  void oneEpochOfTheRecipeForLargePicturesIsNotAllWarmup() {
    Dataset photos = RecipeTest.pictures(3, 96);
    Network network = ResNets.imagenet(18, photos.exampleShape(), 2);
    Schedule schedule = Recipe.of(network, photos).options(network, photos).schedule();
    assertEquals(schedule.peak(), schedule.rate(50, 100, 100), "the peak comes after half of it");
    assertEquals(schedule.peak(), schedule.rate(100, 2000, 100), "a 20th of the usual 20 epochs");
  }

  /** Each step of the shortest courses does something, the first of them or the second the most. */
  @Test
  void coursesOfOneTwoAndThreeStepsReachTheirPeakAndWasteNoStep() {
    for (String name : Schedule.NAMES) {
      for (double warmup : new double[] {0, 1, 5}) {
        for (int steps = 1; steps <= 3; steps++) {
          Schedule schedule = Schedule.named(name, 0.1, steps).withWarmup(warmup);
          double highest = 0;
          for (int step = 0; step < steps; step++) {
            double rate = schedule.rate(step, steps, 1);
            String where = name + ", warm-up " + warmup + ", step " + step + " of " + steps;
            assertTrue(rate >= 0.1 / 100, where + ": " + rate);
            highest = Math.max(highest, rate);
          }
          assertEquals(0.1, highest, 1e-12, name + ", warm-up " + warmup + ", " + steps);
        }
      }
    }
  }

  @Test
  void oneCycleOfThreeStepsOnlyFalls() {
    // CosineAnnealingLR(T_max=steps, eta_min=0) from 0.1, but for the low end of 0.1 / 25e4
    Schedule schedule = Schedule.OneCycle.of(0.1);
    assertEquals(0.1, schedule.rate(0, 1, 1));
    assertEquals(0.05, schedule.rate(1, 2, 1), 1e-6);
    assertEquals(0.075, schedule.rate(1, 3, 1), 1e-6);
    assertEquals(0.025, schedule.rate(2, 3, 1), 1e-6);
  }

  @Test
  void anotherPeakScalesTheWholeCourse() {
    for (String name : Schedule.NAMES) {
      Schedule schedule = Schedule.named(name, 0.1, 4).withWarmup(1);
      Schedule scaled = schedule.withPeak(0.3);
      assertEquals(0.3, scaled.peak());
      for (int step = 0; step < 12; step++) {
        assertEquals(3 * schedule.rate(step, 12, 3), scaled.rate(step, 12, 3), 1e-12, name);
      }
    }
  }

  @Test
  void unknownNamesAndImpossibleRatesAreRefused() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Schedule.named("linear", 1, 1))
            .getMessage()
            .startsWith("unknown schedule 'linear'; known: constant, step"));
    assertThrows(IllegalArgumentException.class, () -> new Schedule.Constant(0));
    assertThrows(IllegalArgumentException.class, () -> new Schedule.Constant(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Schedule.Cosine(0.1, 0.2));
    assertThrows(IllegalArgumentException.class, () -> new Schedule.OneCycle(0.1, 1, 25, 1e4));
  }
}
