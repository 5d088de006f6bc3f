package org.residuum.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.backend.cuda.cases.KernelCases;

/**
 * What the bundle's script makes of its stages: a shell script in the place of Java fails, hangs,
 * skips and writes half a file as it is told. The stages themselves run on the interpreter in
 * {@code ci/run}.
 */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class BundleRunTest {
  /** Finds a GPU, passes all tests, and writes a row. */
  private static final String JAVA =
      """
      #!/bin/bash
      all="$*"
      out="${all##*--out }"
      out="${out%% *}"
      rows() { echo '{"rows": [{"medianSeconds": 1}]}' > "$out"; }
      case "$all" in
        *-version*) exit 0 ;;
        MISBEHAVIOUR
        *GpuSummary*) echo "tables so far" ;;
        *probe*) printf 'a GPU\\nkernel families: FAMILIES\\n' ;;
        *ConsoleLauncher*) printf '[  7 tests started  ]\\n[  7 tests successful  ]\\n' ;;
        *GpuBenchmark*) rows ;;
      esac
      """;

  @TempDir Path folder;

  private record Answer(int code, String text, double seconds) {}

  @BeforeEach
  void pack() throws IOException {
    Files.copy(Path.of("scripts/bundle/run"), folder.resolve("run"));
    Files.writeString(folder.resolve("BUNDLE"), "commit=abc\nglibc=2.0\nid=0\n");
    Files.createFile(folder.resolve("runtime.tar.gz"));
    Files.createFile(folder.resolve("program.tar.xz"));
    Files.createDirectories(folder.resolve("unpacked-0/runtime/bin"));
  }

  /**
   * Runs.
   *
   * @param misbehaviour branches of a shell's {@code case} over Java's arguments
   */
  private Answer run(String misbehaviour, String... arguments)
      throws IOException, InterruptedException {
    Path java = folder.resolve("unpacked-0/runtime/bin/java");
    Files.writeString(
        java,
        JAVA.replace("MISBEHAVIOUR", misbehaviour)
            .replace("FAMILIES", String.join(" ", KernelCases.families().keySet())));
    assertTrue(java.toFile().setExecutable(true));
    List<String> command = new ArrayList<>(List.of("bash", folder.resolve("run").toString()));
    command.addAll(List.of("--quick", "--out", folder.resolve("out").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PATH", withoutPython() + ":/usr/bin:/bin");
    long start = System.nanoTime();
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), text);
    return new Answer(process.exitValue(), text, (System.nanoTime() - start) / 1e9);
  }

  /** PyTorch would take seconds to say that it sees no GPU. */
  private String withoutPython() throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String name : List.of("python3", "nvidia-smi")) {
      Path program = bin.resolve(name);
      Files.writeString(program, "#!/bin/sh\necho no torch here\nexit 77\n");
      assertTrue(program.toFile().setExecutable(true));
    }
    return bin.toString();
  }

  /** Verdicts by process, in the order in which they came. */
  private Map<String, String> verdicts() throws IOException {
    Map<String, String> verdicts = new LinkedHashMap<>();
    for (BenchJson.Row row : BenchJson.read(folder.resolve("out/stages.json")).rows()) {
      verdicts.put(row.fields().get("name"), row.fields().get("verdict"));
    }
    return verdicts;
  }

  @Test
  void stagesRunInOrderAndTheSummaryNamesThemAll() throws Exception {
    Answer answer = run("", "--pack", folder.resolve("all.tar.gz").toString());
    assertEquals(0, answer.code(), answer.text());
    Map<String, String> verdicts = verdicts();
    List<String> names = new ArrayList<>(verdicts.keySet());
    assertEquals(List.of("doctor", "jit", "self-check"), names.subList(0, 3));
    assertEquals("bench-blocks", names.get(names.size() - 2));
    assertEquals("skipped: no torch here", verdicts.get("pytorch"));
    for (String family : KernelCases.families().keySet()) {
      assertEquals("ok", verdicts.get("test-kernels-" + family), "family " + family);
    }
    String summary = Files.readString(folder.resolve("out/summary.md"));
    names.forEach(name -> assertTrue(summary.contains("| `" + name + "` |"), name));
    assertTrue(summary.contains("7 of 7 tests"), summary);
    assertTrue(summary.contains("tables so far"), summary);
    assertTrue(Files.size(folder.resolve("all.tar.gz")) > 0);
  }

  @Test
  void familyThatFailsLeavesTheOthers() throws Exception {
    String family = KernelCases.families().keySet().iterator().next();
    String fault = "*family=" + family + "*) echo 'Error: illegal address'; exit 1 ;;";
    Answer answer = run(fault, "--only=test-kernels");
    assertEquals(1, answer.code(), answer.text());
    Map<String, String> verdicts = verdicts();
    assertEquals("FAILED: exit code 1", verdicts.remove("test-kernels-" + family));
    assertEquals(KernelCases.families().size() - 1, verdicts.size());
    verdicts.forEach((name, verdict) -> assertEquals("ok", verdict, name));
    assertTrue(answer.text().contains("    Error: illegal address"), answer.text());
  }

  /** The hanging process ignores what it can; its rows so far are kept, its children end. */
  @Test
  void stageThatHangsIsStoppedAndTheNextRuns() throws Exception {
    Path child = folder.resolve("child");
    Answer answer =
        run(
            "*launches*) trap 'echo stacks' QUIT; trap '' TERM; rows; sleep 99 & echo $! > "
                + child
                + "; while true; do sleep 0.1; done ;;",
            "--only=bench-launches,bench-inference",
            "--minutes=0.35");
    assertEquals(1, answer.code(), answer.text());
    assertTrue(answer.seconds() < 20, answer.seconds() + " s");
    Map<String, String> verdicts = verdicts();
    assertTrue(verdicts.get("bench-launches").startsWith("FAILED: stopped after "), answer.text());
    assertEquals("ok", verdicts.get("bench-inference"));
    assertTrue(answer.text().contains("1 rows"), answer.text());
    assertTrue(Files.readString(folder.resolve("out/bench-launches.log")).contains("stacks"));
    long id = Long.parseLong(Files.readString(child).strip());
    // Killed, it goes as soon as the system gets to it.
    Optional<ProcessHandle> left = ProcessHandle.of(id);
    if (left.isPresent()) {
      left.get().onExit().get(10, TimeUnit.SECONDS);
    }
  }

  /** No stage begins without time for it, and none that is left out counts as passed. */
  @Test
  void stagesWithoutTimeAreNamed() throws Exception {
    Answer answer = run("*jit*) sleep 2 ;;", "--only=jit,self-check", "--minutes=0.05");
    assertEquals(1, answer.code(), answer.text());
    assertEquals("FAILED: no time was left", verdicts().get("self-check"));
  }

  @Test
  void processLearnsItsLimit() throws Exception {
    Answer answer =
        run("*blocks*) echo $RESIDUUM_SECONDS ;;", "--only=bench-blocks", "--minutes=1");
    assertEquals(0, answer.code(), answer.text());
    int seconds =
        Integer.parseInt(Files.readString(folder.resolve("out/bench-blocks.log")).strip());
    assertTrue(seconds > 30 && seconds <= 60, seconds + "");
  }

  @Test
  void withoutGpuThePlainStagesRunAndTheExitCodeIsThree() throws Exception {
    Answer answer = run("*probe*) echo 'no GPU: none'; exit 3 ;;", "--only=doctor,bench-kernels");
    assertEquals(3, answer.code(), answer.text());
    assertEquals(Map.of("doctor", "ok"), verdicts());
    assertTrue(answer.text().contains("no GPU: none"), answer.text());
  }
}
