package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.residuum.cli.Main;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;

/** A {@code predict} that is killed in its midst, twice, and then comes to its end. */
@EnabledOnOs({OS.LINUX, OS.MAC})
final class PredictKilledTest extends SmallPrediction {
  /** So often the folder of pictures is named, so that no kill comes too late. */
  private static final int TIMES = 400;

  private Process process;

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private Object[] arguments(String name) {
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(List.of("predict", "--model", model, "--device", "cpu", "--resume"));
    arguments.addAll(List.of("--batch", 32, "--part-rows", 64, "--max-failures", "50%"));
    arguments.addAll(List.of("--out", folder.resolve(name + ".csv")));
    arguments.addAll(List.of("--errors", folder.resolve(name + "-errors.csv"), "--data"));
    arguments.addAll(Collections.nCopies(TIMES, pictures));
    return arguments.toArray();
  }

  /** Kills a job once its manifest tells of more parts than before. */
  private void killAmongRows(Path manifest) throws IOException, InterruptedException {
    long before = parts(manifest);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    Arrays.stream(arguments("killed")).map(String::valueOf).forEach(command::add);
    Path said = folder.resolve("said");
    process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    while (process.isAlive() && parts(manifest) <= before + 1) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertTrue(process.isAlive(), () -> "came to its end: " + text(said));
    process.destroyForcibly();
    assertEquals(128 + 9, process.waitFor());
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static long parts(Path manifest) throws IOException {
    return Files.exists(manifest) ? Files.readAllLines(manifest).size() - 1 : 0;
  }

  @Test
  void killedJobLosesAndRepeatsNothing() throws Exception {
    for (int i = 0; i < 10; i++) {
      Files.copy(
          drawn.resolve(String.format("%d/glyph-%05d.png", i, i)), pictures.resolve(i + ".png"));
    }
    SmallData.notAPicture(pictures.resolve("5a.png"));
    Path manifest = folder.resolve("killed.csv.part.manifest");
    killAmongRows(manifest);
    long parts = parts(manifest);
    killAmongRows(manifest);
    assertTrue(parts(manifest) > parts, "the second went on");
    assertFalse(Files.exists(folder.resolve("killed.csv")));

    Terminal last = Terminal.run(arguments("killed")).expect(ExitCode.OK);
    assertTrue(last.err().contains("resumed after "), last.err());
    Terminal.run(arguments("straight")).expect(ExitCode.OK);
    for (String end : List.of(".csv", "-errors.csv")) {
      Path straight = folder.resolve("straight" + end);
      assertEquals(-1, Files.mismatch(straight, folder.resolve("killed" + end)), end);
    }
    assertEquals(1 + 11 * TIMES, read(folder.resolve("killed.csv")).size());
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of(
              "killed-errors.csv",
              "killed.csv",
              "pictures",
              "said",
              "straight-errors.csv",
              "straight.csv"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }
}
