package org.residuum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.data.source.Datasets;
import org.residuum.format.onnx.OnnxModel;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.initial.Initializer;

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
  void pictureIsClassified(@TempDir Path temporary) throws IOException {
    Datasets.writeGlyphs(temporary.resolve("pictures"), 1, 0);
    Path picture = Picture.find(temporary.resolve("pictures")).get(0);
    Path folder = temporary.resolve("model");
    Path file = temporary.resolve("resnet8.onnx");
    Network network = ResNets.cifar(8, Shape.of(3, 224, 224), 10, ResidualBlocks.Shortcut.ZERO_PAD);
    Parameters parameters = new Initializer(0).initialize(network);
    OnnxModel.write(file, network, parameters);
    Model.of(network, parameters).withPreprocessing(Preprocessing.imagenet()).save(folder);
    StringBuilder out = new StringBuilder();
    // README {
    Model pets = Model.load(folder);
    try (Device device = Devices.open("auto");
        Classifier classifier = Classifier.open(pets, device)) {
      out.append(classifier.classify(picture, 3)); // the three likeliest classes
    }
    // } README
    String saved = out.toString();
    assertEquals(3, saved.split("Prediction\\[", -1).length - 1, saved);
    out.setLength(0);
    // README {
    Model resnet = Model.load(file).withPreprocessing(Preprocessing.imagenet());
    try (Device device = Devices.open("cpu");
        Classifier classifier = Classifier.open(resnet, device)) {
      out.append(classifier.classify(picture, 3));
    }
    // } README
    assertEquals(saved, out.toString(), "the same network, be it saved or exported");
  }

  @Test
  void readmeShowsTheExamplesThatRun() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String[] parts = Files.readString(SOURCE).split("    // (README \\{|} README)\n", -1);
    assertEquals(7, parts.length, "three examples");
    for (int i = 1; i < parts.length; i += 2) {
      String shown =
          parts[i].stripTrailing().stripIndent().replace("out.append(", "System.out.println(");
      assertTrue(readme.contains(shown), "README.md lacks:\n" + shown);
    }
  }
}
