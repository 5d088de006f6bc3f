package org.residuum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

/** The README's example stands there as it stands here, and prints what the README says. */
class ReadmeTest {
  private static final Path SOURCE = Path.of("src/test/java/org/residuum/ReadmeTest.java");

  @Test
  void seedExamplePrintsItsResult() {
    StringBuilder out = new StringBuilder();
    // README {
    float[] x = {1, 2}, w1 = {0.5f, -1, 1, 0.25f}, b1 = {0, 0}, w2 = {1, 2, -2, -2}, b2 = {0, 0};
    Network block = ResNets.mlp(2, 1); // y = ReLU(W2·ReLU(W1·x + b1) + b2 + x)
    Parameters weights = Parameters.of(block, w1, b1, w2, b2);
    try (Plan plan = new CpuBackend().compile(block, weights, CompileOptions.batch(1))) {
      out.append(plan.run(Tensor.of(Shape.of(1, 2), x))); // (1, 2) [4.0, 0.0]
    }
    // } README
    assertEquals("(1, 2) [4.0, 0.0]", out.toString());
  }

  @Test
  void readmeShowsTheExampleThatRuns() throws IOException {
    String source = Files.readString(SOURCE);
    int start = source.indexOf("// README {\n") + "// README {\n".length();
    String example = source.substring(start, source.indexOf("    // } README"));
    String shown =
        example.stripTrailing().stripIndent().replace("out.append(", "System.out.println(");
    assertTrue(
        Files.readString(Path.of("README.md")).contains(shown), "README.md lacks:\n" + shown);
  }
}
