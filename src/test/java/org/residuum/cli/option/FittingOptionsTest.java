package org.residuum.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.cli.text.CommandFailure;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.network.Shape;
import picocli.CommandLine;

class FittingOptionsTest {
  private static final Preprocessing MODEL =
      Preprocessing.imagenet()
          .withResize(Resize.crop(235).withFilter(Resize.Filter.BICUBIC).withFill(0x010203));

  private static FittingOptions parsed(String arguments) {
    return CommandLine.populateCommand(new FittingOptions(), arguments.split(" "));
  }

  @Test
  void optionsThatAreNotGivenAreTheModels() {
    assertSame(MODEL, new FittingOptions().over(MODEL));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--resize shorter:300 | resize=crop, shorter_side=300, filter=bicubic, fill=1,2,3",
        "--resize shorter | resize=crop, shorter_side=256, filter=bicubic, fill=1,2,3",
        "--resize shorter --crop-pct 0.5 | resize=crop, shorter_side=448, filter=bicubic,"
            + " fill=1,2,3",
        "--resize exact:256x320 --filter box | resize=squash, resize_to=256,320, filter=box,"
            + " fill=1,2,3",
        "--resize squash --pad-color 0,0,0 | resize=squash, filter=bicubic",
        "--resize pad --pad-color mean --filter bilinear | resize=pad, fill=124,116,104",
        "--crop-pct 1 | resize=crop, shorter_side=224, filter=bicubic, fill=1,2,3",
        "--resize none --filter nearest | resize=none, filter=nearest, fill=1,2,3",
        "--colors bgr --range 255 | resize=crop, shorter_side=235, filter=bicubic, fill=1,2,3,"
            + " colors=bgr, range=255",
        "--colors gray --filter lanczos | resize=crop, shorter_side=235, filter=lanczos,"
            + " fill=1,2,3, colors=gray",
      })
  void whatIsGivenReplacesWhatTheModelSays(String arguments, String expected) {
    String map = parsed(arguments).over(MODEL).toMap().toString();
    assertEquals(expected + "}", map.substring(map.indexOf("resize=")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--resize longer | --resize longer: write shorter:256",
        "--resize exact:256 | --resize exact:256: write shorter:256, exact:256x256",
        "--resize shorter:0 | --resize shorter:0: write",
        "--resize shorter:300 --crop-pct 0.5 | give a size or a share",
        "--resize none --crop-pct 0.5 | give a size or a share",
        "--crop-pct 1.5 | --crop-pct 1.5: it is above 0 and at most 1",
        "--pad-color 1,2 | --pad-color 1,2: write R,G,B",
        "--pad-color 1,2,256 | each 0 to 255",
        "--range 0 | --range 0: it is 1 to 255"
      })
  void whatCannotBeIsAUsageError(String arguments, String part) {
    String message =
        assertThrows(CommandFailure.class, () -> parsed(arguments).over(MODEL)).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void vectorsAreNotFitted() {
    Preprocessing vectors =
        new Preprocessing(Shape.of(2), new float[2], new float[] {1, 1}, Resize.none());
    String message =
        assertThrows(CommandFailure.class, () -> parsed("--filter box").over(vectors)).getMessage();
    assertTrue(message.contains("--filter box: it is for pictures"), message);
  }
}
