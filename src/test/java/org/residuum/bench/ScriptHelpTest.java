package org.residuum.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts say what they do at once: away from the project, where they could not build it. */
@EnabledOnOs(OS.LINUX)
class ScriptHelpTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bench-launches",
        "bench-peers",
        "bench-spark",
        "depth-study",
        "gpu-bundle",
        "mutate-host",
        "mutate-kernels",
        "profile-kernels",
        "residuum-spark",
        "soak",
        "stand-in"
      })
  void helpNeedsNoBuild(String name) throws IOException, InterruptedException {
    Path script = Files.createDirectories(folder.resolve("a b/scripts")).resolve(name);
    Files.copy(Path.of("scripts", name), script);
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder("bash", script.toString(), "--help")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), name);
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(out);
    assertEquals(0, process.exitValue(), text);
    assertTrue(text.matches("(?is)usage: scripts/" + name + ".*example.*exit code.*"), text);
  }
}
