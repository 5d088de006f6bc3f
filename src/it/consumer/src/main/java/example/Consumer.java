package example;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import javax.imageio.ImageIO;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.driver.GpuProbe;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.network.Initializer;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.Shortcut;
import org.residuum.network.Tensor;
import org.residuum.Classifier;

/** Computes on the CPU, decodes a picture, classifies it, looks for a GPU. */
public final class Consumer {
  private Consumer() {}

  public static void main(String[] args) throws IOException {
    try (CpuBackend cpu = new CpuBackend(2)) {
      System.out.println(cpu.description());
      System.out.println(block(cpu));
      System.out.println("the picture is of class " + classify(cpu));
    }
    GpuProbe gpus = GpuProbe.look();
    System.out.println(gpus.gpus().isEmpty() ? gpus.absence() : gpus.gpus().toString());
    System.out.println(Consumer.class.getModule());
  }

  private static Tensor block(CpuBackend cpu) {
    float[] w1 = {0.5f, -1, 1, 0.25f};
    float[] w2 = {1, 2, -2, -2};
    float[] zero = {0, 0};
    Network block = ResNets.mlp(2, 1);
    Parameters weights = Parameters.of(block, w1, zero, w2, zero);
    try (Plan plan = cpu.compile(block, weights, CompileOptions.batch(1))) {
      return plan.run(Tensor.of(Shape.of(1, 2), 1, 2));
    }
  }

  private static String classify(CpuBackend cpu) throws IOException {
    Network network = ResNets.cifar(8, Shape.of(3, 32, 32), 2, Shortcut.ZERO_PAD);
    Parameters weights = new Initializer(1).initialize(network);
    try (Plan plan = cpu.compile(network, weights, CompileOptions.batch(1));
        Classifier classifier = new Classifier(plan, List.of("cat", "dog"))) {
      FloatBuffer example = FloatBuffer.allocate(classifier.exampleShape().elements());
      Preprocessing.cifar10().apply(Picture.decode("made.jpg", jpeg()), example);
      return classifier.classify(example, 1, 1).get(0).toString();
    }
  }

  private static byte[] jpeg() throws IOException {
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    image.setRGB(3, 4, 0xFF8000);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "jpg", bytes);
    return bytes.toByteArray();
  }
}
