package org.residuum.backend.cuda.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line of {@code scripts/profile-kernels}. */
class ProfileKernelsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String line) {
    return ProfileKernels.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        line.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--btach 4                                | did you mean --batch?",
        "--batch=0                                | from 1 to 1048576, not '0'",
        "--batch                                  | --batch needs a value",
        "--network resnt50                        | did you mean resnet50?",
        "--arch 75                                | 80, 86, 89 or 90, not '75'",
        "--network resnet8 --batch 1 --layer cov1 | did you mean conv1?",
        "--network resnet8 --batch 1 --layer conv1 --kernel im2cul | there are im2col_bf16,"
            + " product",
        "--network mlp:8x1 --train                | no output logits",
      })
  void saysWhatIsWrong(String line, String message) {
    assertEquals(2, run(line), err::toString);
    assertTrue(err.toString(StandardCharsets.UTF_8).contains(message), err::toString);
    assertEquals("", out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void printsWhatIsAskedFor() {
    assertEquals(0, run("--network=resnet8 --batch=1 --layer=conv1 --kernel im2col --rows 1"));
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("im2col_bf16") && !text.contains("product"), text);
  }
}
