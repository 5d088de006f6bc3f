package org.residuum.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.network.Shape;

final class AugmentationTextTest {
  private static final Shape SMALL = Shape.of(3, 32, 40);

  /** What is written and what it is in full. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none|none",
        "flip|flip",
        "crop|crop:4",
        "crop:7|crop:7",
        "crop-flip|crop:4,flip",
        "flip, crop:2|crop:2,flip",
        "distort|distort:2:5:0.1:0.1",
        "distort:0.5:20:0:0|distort:0.5:20:0:0",
        "resized-crop|resized-crop:0.08:1",
        "resized-crop:0.35|resized-crop:0.35:1",
        "resized-crop:0.3:0.9|resized-crop:0.3:0.9",
        "resized-crop:0.3:0.9:0.5:2|resized-crop:0.3:0.9:0.5:2",
        "randaugment|randaugment:2:9",
        "randaugment:3|randaugment:3:9",
        "randaugment:1:30|randaugment:1:30",
        "jitter|jitter:0.4",
        "jitter:0.2|jitter:0.2",
        "jitter:0.1:0.2:0.3|jitter:0.1:0.2:0.3:0",
        "jitter:0.4:0.4:0.4:0.1|jitter:0.4:0.4:0.4:0.1",
        "erase|erase:0.25",
        "erase:0.5|erase:0.5",
        "erase:black|erase:0.25:black",
        "erase:1:0.1:0.2|erase:1:0.1:0.2:0.3:3.3",
        "erase:1:0.1:0.2:0.5:2:black|erase:1:0.1:0.2:0.5:2:black",
        "erase,jitter,randaugment,crop-flip|crop:4,flip,randaugment:2:9,jitter:0.4,erase:0.25"
      })
  void textIsReadAndWrittenInFull(String text, String full) {
    Augmentation read = Augmentation.parse(text, SMALL);
    assertEquals(full, read.toString());
    assertEquals(read, Augmentation.parse(full, Shape.of(1, 200, 200)));
  }

  @Test
  void textAndCodeMeanTheSame() {
    assertEquals(
        new Augmentation(4, true)
            .with(new PictureChange.Erasing(0.25))
            .with(new PictureChange.RandAugment(2, 9)),
        Augmentation.parse("crop-flip,randaugment:2:9,erase", SMALL));
    assertEquals(
        List.of(new PictureChange.ResizedCrop(0.08, 1), new PictureChange.ColorJitter(0.4)),
        Augmentation.parse("jitter,resized-crop", SMALL).changes());
    assertEquals(Augmentation.NONE, Augmentation.parse("none", Shape.of(3)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jiter|no such change 'jiter'; did you mean jitter?",
        "rand-augment:2:9|did you mean randaugment?",
        "|(known: none, flip, crop,",
        "flip,,crop|no such change ''",
        "none,flip|stands alone",
        "crop-flip,flip|flip is there twice",
        "erase,erase:0.1|erase is there twice",
        "crop,resized-crop|both choose the part of a picture that is seen",
        "crop:32|crop:32: pictures of 32 × 40 pixels are padded by 1 to 31 pixels",
        "crop:1.5|crop:1.5: it is crop:PIXELS, whole numbers",
        "crop-flip:2:3|crop-flip:2:3: it is crop-flip:PIXELS",
        "flip:0.5|flip:0.5: it is flip alone",
        "distort:1|it is distort:SHIFT:TURN:STRETCH:SHEAR",
        "distort:1:200:0:0|distort:1:200:0:0: turn 200.0 is not in 0..180.0",
        "resized-crop:0|resized-crop:0: area from 0.0 to 1.0",
        "resized-crop:0.5:0.4|the smaller first",
        "resized-crop:0.5:1:2:1|ratios from 2.0 to 1.0",
        "randaugment:0|1 to 14",
        "randaugment:2:31|magnitude 31: it is 0 to 30",
        "jitter:strong|'strong' is no number",
        "jitter:0.4:0.4:0.4:0.6|hue by 0.6: it is 0 to 0.5",
        "jitter:-1|brightness by -1.0",
        "jitter:NaN|brightness by NaN",
        "erase:2|probability 2.0: it is 0 to 1",
        "erase:0.5:0.1|it is erase:PROBABILITY:MIN_AREA"
      })
  void whatCannotBeIsSaid(String text, String message) {
    String typed = text == null ? "" : text;
    String said =
        assertThrows(IllegalArgumentException.class, () -> Augmentation.parse(typed, SMALL))
            .getMessage();
    assertTrue(said.contains(message), said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"flip", "randaugment"})
  void vectorsAreRefused(String text) {
    String said =
        assertThrows(IllegalArgumentException.class, () -> Augmentation.parse(text, Shape.of(4)))
            .getMessage();
    assertEquals(text + " is for pictures; the data are vectors", said);
  }

  @Test
  void tinyPicturesAreNotCropped() {
    String said =
        assertThrows(
                IllegalArgumentException.class, () -> Augmentation.parse("crop", Shape.of(1, 3, 9)))
            .getMessage();
    assertEquals(
        "crop: pictures of 3 × 9 pixels are too small to crop, which takes 4; use flip or none",
        said);
  }

  @Test
  void twoOfAKindAreRefused() {
    Augmentation one = Augmentation.NONE.with(new PictureChange.ColorJitter(0.1));
    String said =
        assertThrows(
                IllegalArgumentException.class, () -> one.with(new PictureChange.ColorJitter(0.2)))
            .getMessage();
    assertTrue(said.contains("of one kind"), said);
  }
}
