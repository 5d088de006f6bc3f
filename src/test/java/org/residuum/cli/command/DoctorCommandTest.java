package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;

final class DoctorCommandTest {
  private static final String OUT = Terminal.run("doctor").expect(ExitCode.OK).out();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Java",
        "system",
        "CPU",
        "memory",
        "oneDNN",
        "CPU bf16",
        "driver",
        "GPU",
        "cuBLAS",
        "PTX",
        "self-check",
        "default"
      })
  void everyTopicHasItsLine(String topic) {
    assertTrue(OUT.lines().anyMatch(line -> line.matches(topic + " +\\S.*")), OUT);
  }

  @Test
  void runningJavaIsNamed() {
    assertTrue(OUT.contains(Runtime.version().toString()), OUT);
  }
}
