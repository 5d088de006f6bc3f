package org.residuum.backend.cuda.cases.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line of {@code scripts/mutate-kernels}. */
class OptionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--smaple 3   | did you mean --sample?",
        "--sampel=3   | did you mean --sample?",
        "--sample     | --sample needs a value",
        "--sample=0   | has to be 1 or more",
        "--list=3     | --list takes no value",
        "--kind barier | did you mean barrier?",
        "--kernel (   | is no regular expression",
      })
  void saysWhatIsWrong(String line, String message) {
    Options.UsageException e =
        assertThrows(Options.UsageException.class, () -> Options.parse(line.split(" ")));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void valuesFollowOrStandBehindAnEqualsSign() {
    Options options = Options.parse(new String[] {"--sample=7", "--seed", "-3", "--kind=barrier"});
    assertEquals(7, options.sample);
    assertEquals(-3, options.seed);
    assertEquals("barrier", options.kind.toString());
  }
}
