package org.residuum.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.backend.Precision;

/**
 * Batches and steps that follow each other take nothing of the Java heap, and hand nothing on it to
 * the natives, which {@code -Xcheck:jni} would tell of.
 */
final class SteadyTest {
  @ParameterizedTest
  @ValueSource(strings = {"on", "off"})
  void nothingIsAllocatedAndTheJniIsSilent(String graphs) throws Exception {
    StandInBuild.assumeCompiler();
    StandInProcess.Output output =
        StandInProcess.with("12")
            .setting("MODE", "record")
            .option("-Xcheck:jni", "-Dresiduum.cuda.graphs=" + graphs)
            .start(SteadyRuns.class.getName(), List.of());
    String one = "batch: 0 bytes\nstep: 0 bytes\nrun and update: 0 bytes\n";
    assertEquals(one.repeat(Precision.values().length) + SteadyRuns.DONE, lines(output));
    assertEquals(0, output.code());
  }

  /** What was printed once JCuda was loaded, which itself takes one local reference too many. */
  private static String lines(StandInProcess.Output output) {
    return output
        .text()
        .lines()
        .dropWhile(line -> !line.equals(SteadyRuns.OPENED))
        .skip(1)
        .collect(Collectors.joining("\n"));
  }

  @Test
  void moduleThatTheDriverRefusesIsShownWithItsLog() throws Exception {
    StandInBuild.assumeCompiler();
    StandInProcess.Output output =
        StandInProcess.with("12")
            .setting("PTX_VERSION", 75)
            .start(SteadyRuns.class.getName(), List.of());
    assertTrue(output.text().contains("cuModuleLoadDataEx (baseline.ptx on"), output.text());
    assertTrue(output.text().contains("ptxas"), output.text());
  }
}
