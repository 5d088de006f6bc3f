package org.residuum.format.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.TestData;
import org.residuum.network.Shape;

class RealModelsTest {
  private static final int IMAGES = 8;

  /** The published claim is for logits in 32 bits; ours differ by the order of the sums. */
  private static final double TOLERANCE = 1e-3;

  private static final String AKAMASTER = "models/akamaster-resnet20-reexported/";
  private static final double[] IMAGENET_MEAN = {.485, .456, .406};
  private static final double[] IMAGENET_STD = {.229, .224, .225};
  private static final double[] CIFAR_MEAN = {.4914, .4822, .4465};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet20_op10",
        "resnet20_op11",
        "resnet20_op13",
        "resnet20_op17",
        "resnet20_op13_trainmode_nofold"
      })
  void everyExportOfResNet20GivesThePublishedLogits(String name) throws IOException {
    OnnxModel model = OnnxModel.read(TestData.find(AKAMASTER + name + ".onnx"));
    boolean live = name.endsWith("nofold");
    // 269,722 trained weights; folded batch norms leave one bias for each of 688 scale-shift pairs.
    assertEquals(live ? 269_722 : 269_034, model.network().parameterCount());
    assertTrue(model.producer().startsWith("pytorch"), model.producer());
    checkLogits(
        model,
        Cifar.normalized(IMAGES, IMAGENET_MEAN, IMAGENET_STD),
        TestData.find("models/akamaster/resnet20-12fca82f.expected_logits_f32.npy"));
  }

  @Test
  void shortcutChainOfOptionAFoldsToSubsampleAndPad() throws IOException {
    String text =
        OnnxModel.read(TestData.find(AKAMASTER + "resnet20_op17.onnx")).network().toString();
    assertTrue(text.contains("subsample stride 2"), text);
    assertTrue(text.contains("pad channels 8 + 8"), text);
    assertTrue(text.contains("pad channels 16 + 16"), text);
  }

  @Test
  void exportWithLiveBatchNormsKeepsTheParameterNames() throws IOException {
    OnnxModel model =
        OnnxModel.read(TestData.find(AKAMASTER + "resnet20_op13_trainmode_nofold.onnx"));
    for (String name : new String[] {"conv1.weight", "layer3.2.bn2.running_var", "linear.bias"}) {
      assertTrue(model.parameters().contains(name), name + " in " + model.parameters().names());
    }
  }

  @Test
  void vnncompModelGivesThePublishedLogitsAndAFreeBatch() throws IOException {
    OnnxModel model = OnnxModel.read(TestData.find("models/vnncomp2021/resnet_2b.onnx"));
    assertEquals(Shape.batch(3, 32, 32), model.network().inputs().get(0).shape());
    checkLogits(
        model,
        Cifar.normalized(IMAGES, CIFAR_MEAN, new double[] {.2471, .2435, .2616}),
        TestData.find("models/vnncomp2021/resnet_2b.onnx.vnn.expected_logits256_f32.npy"));
  }

  @Test
  void onncModelGivesThePublishedLogitsAndAFreeBatch() throws IOException {
    OnnxModel model = OnnxModel.read(TestData.find("models/onnc/resnet20.onnx"));
    assertEquals(9, model.opset());
    assertEquals(Shape.batch(3, 32, 32), model.network().inputs().get(0).shape());
    checkLogits(
        model,
        Cifar.normalized(IMAGES, CIFAR_MEAN, new double[] {.2470, .2435, .2616}),
        TestData.find("models/onnc/resnet20.onnx.cifar.expected_logits256_f32.npy"));
  }

  private static void checkLogits(OnnxModel model, FloatBuffer images, Path expected)
      throws IOException {
    FloatBuffer logits = Running.run(model, IMAGES, images);
    double distance = Running.distance(logits, Npy.floats(expected));
    System.out.printf("%s: logits within %.1e%n", model.network().name(), distance);
    assertTrue(distance <= TOLERANCE, "logits differ by " + distance);
  }
}
