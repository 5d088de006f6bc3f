package org.residuum.backend.cuda.assembler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The committed PTX is what the committed sources give. */
class KernelRebuildTest {
  @Test
  void rebuildEqualsWhatIsCommitted() throws IOException, InterruptedException {
    Assumptions.assumeTrue(onPath("nvcc"), "no nvcc on the PATH to rebuild the kernels with");
    Assumptions.assumeTrue(onPath("ptxas"), "no ptxas on the PATH to rebuild the kernels with");
    Process process =
        new ProcessBuilder("scripts/build-kernels", "--check").redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }

  private static boolean onPath(String tool) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
  }
}
