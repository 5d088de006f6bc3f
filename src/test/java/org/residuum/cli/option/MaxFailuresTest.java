package org.residuum.cli.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class MaxFailuresTest {
  @Test
  void shareMayBeReachedAndNotExceeded() {
    MaxFailures tenth = MaxFailures.parse(MaxFailures.DEFAULT);
    assertFalse(tenth.exceeded(0, 0));
    assertFalse(tenth.exceeded(400, 4000));
    assertTrue(tenth.exceeded(401, 4000));
    assertTrue(tenth.exceeded(1500, 4000));
    assertFalse(MaxFailures.parse("0.5%").exceeded(1, 200));
    assertTrue(MaxFailures.parse("0%").exceeded(1, 1_000_000));
  }

  @Test
  void numberCounts() {
    assertFalse(MaxFailures.parse("3").exceeded(3, 4));
    assertTrue(MaxFailures.parse("3").exceeded(4, 4000));
    assertTrue(MaxFailures.parse("0").exceeded(1, 4000));
  }

  @Test
  void allIsAlwaysTooMuch() {
    assertTrue(MaxFailures.parse("100%").exceeded(7, 7));
    assertFalse(MaxFailures.parse("100%").exceeded(6, 7));
    assertEquals("7 of 7 files failed", MaxFailures.parse("100%").complaint(7, 7, "file"));
    assertEquals(
        "1,500 of 4,000 files failed, more than --max-failures 10% allows",
        MaxFailures.parse("10%").complaint(1500, 4000, "file"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%", "-1", "101%", "1.5", "ten", "NaN%", "1e3", "99999999999"})
  void nonsenseIsNamed(String text) {
    String message =
        assertThrows(TypeConversionException.class, () -> MaxFailures.parse(text)).getMessage();
    assertTrue(message.startsWith("'" + text + "' is no number"), message);
  }
}
