package org.residuum.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.residuum.backend.UpdateRule;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.data.Augmentation;
import org.residuum.data.PictureChange;
import org.residuum.network.Architectures;
import org.residuum.report.OptionsText;
import org.residuum.train.Schedule;
import org.residuum.train.TrainingOptions;

/** Quantities, names and options as people read them. */
final class WordsTest {
  @Test
  void quantitiesHaveDecimalPrefixes() {
    assertEquals("999 B", Units.bytes(999));
    assertEquals("1.0 kB", Units.bytes(1000));
    assertEquals("102.4 MB", Units.bytes(102_440_608));
    assertEquals("8.18 GFLOP", Units.flops(8_178_369_512L));
  }

  @Test
  void durationsHaveTheUnitThatFits() {
    assertEquals("12.3 s", Units.seconds(12.34));
    assertEquals("1 min 5 s", Units.seconds(65.4));
    assertEquals("2 h 3 min", Units.seconds(7384));
  }

  @Test
  void numbersOfOverSixDigitsArePrintedShort() {
    assertEquals("0.0123", Units.decimal(0.01234, 4));
    assertEquals("999999.0000", Units.decimal(999_999, 4));
    assertEquals("1.0e6", Units.decimal(1e6, 4));
    assertEquals("7.5e35", Units.decimal(7.5e35, 4));
    assertEquals("-7.5e35", Units.decimal(-7.5e35, 2));
    assertEquals("1.2e100", Units.decimal(1.234e100, 5));
    assertEquals("NaN", Units.decimal(Double.NaN, 4));
    assertEquals("Infinity", Units.decimal(Double.POSITIVE_INFINITY, 4));
  }

  @Test
  void warmupOfTheWholeTrainingIsToldAsHalfOfIt() {
    TrainingOptions options =
        TrainingOptions.builder()
            .schedule(new Schedule.Cosine(0.0125, 0).withWarmup(1))
            .epochs(1)
            .build();
    assertTrue(OptionsText.of(options).contains(" after 0.5 epochs of warm-up"));
  }

  @Test
  void nearestNameIsFoundOrNone() {
    assertEquals("resnet50", NearestName.find("resnt50", Architectures.NAMES).orElseThrow());
    assertEquals(List.of(), NearestName.find("xyzzyxyzzy", List.of("cpu")).stream().toList());
  }

  @Test
  void optionsReadAsASentence() {
    TrainingOptions options =
        TrainingOptions.builder()
            .epochs(3)
            .rule(new UpdateRule.AdamW(0.9, 0.999, 1e-8, 0.01, true))
            .schedule(new Schedule.Cosine(0.002, 0).withWarmup(1))
            .labelSmoothing(0.1)
            .maxGradientNorm(1)
            .augmentation(
                new Augmentation(4, true, new Augmentation.Distortion(0.5, 5, 0.1, 0))
                    .with(new PictureChange.RandAugment())
                    .with(new PictureChange.ColorJitter(0.4))
                    .with(new PictureChange.Erasing(0.25)))
            .averagedShare(0.75)
            .build();
    assertEquals(
        "3 epochs, batch 128, adamw (weight decay 0.01 of everything), cosine from rate 0.002 after"
            + " 1 epoch of warm-up, label smoothing 0.1, gradients clipped at norm 1, pad by 4 and"
            + " crop, flip, distort (shift 0.5, turn 5°, stretch 0.1, shear 0), RandAugment (2"
            + " operations of magnitude 9), jitter (brightness 0.4, contrast 0.4, saturation 0.4,"
            + " hue 0), erase (probability 0.25, area 0.02 to 0.33, ratio 0.3 to 3.3, mean),"
            + " average of the last 2 epochs, seed 0",
        OptionsText.of(options));
  }

  @Test
  void unknownDeviceHasExitCodeOfWrongUsage() {
    assertEquals(
        "residuum: --device refrence: no such device; did you mean reference? (known: auto, cpu,"
            + " reference, cuda, cuda:N)",
        Terminal.run("demo", "--device", "refrence").error(ExitCode.USAGE));
  }
}
