package org.residuum.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The bundle's script before it unpacks anything; {@code ci/run} makes a bundle and runs it. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class BundleScriptTest {
  private static final Path SCRIPT = Path.of("scripts/bundle/run");

  @TempDir static Path folder;

  private record Answer(int code, String text) {}

  @BeforeAll
  static void copyAlone() throws IOException {
    Files.copy(SCRIPT, folder.resolve("run"));
  }

  private static Answer run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", folder.resolve("run").toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Answer(process.waitFor(), text);
  }

  @Test
  void helpHasExamplesAndExitCodes() throws Exception {
    Answer answer = run("--help");
    assertEquals(0, answer.code());
    assertTrue(answer.text().contains("Examples:"), answer.text());
    assertTrue(answer.text().contains("3 no usable GPU"), answer.text());
  }

  @Test
  void wrongUsageIsNamed() throws Exception {
    for (String[] wrong :
        new String[][] {
          {"--fast"},
          {"--only", "doctor,nothing"},
          {"--only="},
          {"--only", ","},
          {"one", "two"},
          {""},
          {"--minutes", "0"},
          {"--gpu", "first"},
          {"--out"},
          {"--minutes", "long"},
          {"--pack", "results.zip"},
          {"report"},
          {"report", "nowhere"}
        }) {
      Answer answer = run(wrong);
      assertEquals(2, answer.code(), answer.text());
      assertTrue(answer.text().endsWith("see ./run --help\n"), answer.text());
    }
  }

  @Test
  void missingPartsAndOldGlibcAreRefused() throws Exception {
    Answer missing = run("--only", "doctor");
    assertEquals(1, missing.code());
    assertTrue(missing.text().contains("copy the whole folder"), missing.text());
    Path copy = Files.createDirectory(folder.resolve("copy"));
    Files.copy(SCRIPT, copy.resolve("run"));
    Files.writeString(copy.resolve("BUNDLE"), "commit=0\nglibc=9.99\nid=0\n");
    Files.createFile(copy.resolve("runtime.tar.gz"));
    Files.createFile(copy.resolve("program.tar.xz"));
    Process process =
        new ProcessBuilder("bash", copy.resolve("run") + "").redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(1, process.waitFor());
    assertTrue(text.contains("9.99 or newer is needed"), text);
  }

  @Test
  void allStagesAreListedWithTheirTimes() throws Exception {
    String script = Files.readString(SCRIPT);
    Answer answer = run("--list");
    assertEquals(0, answer.code());
    List<String> lines = answer.text().lines().filter(line -> !line.isEmpty()).toList();
    for (String line : lines) {
      String stage = line.split("\\s+")[0];
      if (!line.startsWith("on a GPU") && !stage.equals("without")) {
        assertTrue(script.contains("jobs_" + stage.replace('-', '_') + "()"), stage);
      }
    }
    int quick =
        lines.stream()
            .takeWhile(line -> !line.startsWith("without"))
            .filter(line -> line.split("\\s+")[1].matches("\\d+"))
            .mapToInt(line -> Integer.parseInt(line.split("\\s+")[1]))
            .sum();
    assertEquals(450, quick, "the shares of a quick run make up its seconds");
  }
}
