package org.residuum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.source.Datasets;
import org.residuum.format.folder.SavedModel;
import org.residuum.network.Initializer;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.train.Predictor;

/** The README's examples stand there as they stand here, and print what the README says. */
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
  void savedModelClassifiesAPicture(@TempDir Path temporary) throws IOException {
    Datasets.writeGlyphs(temporary.resolve("pictures"), 1, 0);
    Path picture = Picture.find(temporary.resolve("pictures")).get(0);
    Path folder = temporary.resolve("model");
    Network network = ResNets.cifar(8);
    new SavedModel(
            network,
            new Initializer(0).initialize(network),
            List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"),
            Preprocessing.cifar10().withResize(Resize.squash()).toMap(),
            Map.of())
        .save(folder, false);
    StringBuilder out = new StringBuilder();
    // README {
    SavedModel pets = SavedModel.load(folder);
    Preprocessing preprocessing = Preprocessing.fromMap(pets.preprocessing());
    CompileOptions options = CompileOptions.batch(1);
    try (Plan plan = new CpuBackend().compile(pets.network(), pets.parameters(), options);
        Predictor predictor = new Predictor(plan, pets.labels(), preprocessing)) {
      out.append(predictor.predict(Picture.read(picture), 3)); // the three likeliest classes
    }
    // } README
    assertEquals(3, out.toString().split("Prediction\\[", -1).length - 1, out.toString());
  }

  @Test
  void readmeShowsTheExamplesThatRun() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String[] parts = Files.readString(SOURCE).split("    // (README \\{|} README)\n", -1);
    assertEquals(5, parts.length, "two examples");
    for (int i = 1; i < parts.length; i += 2) {
      String shown =
          parts[i].stripTrailing().stripIndent().replace("out.append(", "System.out.println(");
      assertTrue(readme.contains(shown), "README.md lacks:\n" + shown);
    }
  }
}
