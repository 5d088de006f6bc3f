package org.residuum.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.residuum.cli.text.CommandFailure;
import org.residuum.data.PictureOptions;
import org.residuum.data.Preprocessing;
import picocli.CommandLine;

class DecodingOptionsTest {
  private static DecodingOptions parsed(String... arguments) {
    return CommandLine.populateCommand(new DecodingOptions(), arguments);
  }

  @Test
  void optionsThatAreNotGivenAreTheModels() {
    PictureOptions applied =
        PictureOptions.DEFAULTS.withColorProfile(PictureOptions.ColorProfile.APPLY);
    Preprocessing model = Preprocessing.cifar10().withDecoding(applied);
    assertEquals(model, parsed().over(model));
    assertEquals(PictureOptions.DEFAULTS, parsed().options());
    assertEquals(applied, parsed("--color-profile", "apply").options());
    assertEquals(PictureOptions.DEFAULTS, parsed("--color-profile=ignore").over(model).decoding());
    assertEquals(applied.withMaxPixels(1000), parsed("--max-pixels=1000").over(model).decoding());
  }

  @Test
  void fastDecodingIsAsked() {
    PictureOptions fast = PictureOptions.DEFAULTS.withDetail(PictureOptions.Detail.FAST);
    assertEquals(fast, parsed("--decode", "fast").options());
    assertEquals(PictureOptions.DEFAULTS, parsed("--decode=exact").options());
    Preprocessing model = Preprocessing.cifar10().withDecoding(fast);
    assertEquals(fast, parsed().over(model).decoding());
  }

  @Test
  void noPixelsAreAUsageError() {
    CommandFailure failure =
        assertThrows(CommandFailure.class, () -> parsed("--max-pixels=0").options());
    assertTrue(failure.getMessage().contains("--max-pixels 0"), failure.getMessage());
  }
}
