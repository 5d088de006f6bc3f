package example;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.residuum.Classifier;
import org.residuum.Device;
import org.residuum.Devices;
import org.residuum.Model;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks.Shortcut;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

/** Looks for a GPU, computes on what there is, decodes a picture and classifies it. */
public final class Consumer {
  private Consumer() {}

  public static void main(String[] args) throws IOException {
    try (Device device = Devices.open("auto")) {
      System.out.println(device);
      System.out.println(block(device.backend()));
      System.out.println("the picture is of class " + classify(device));
    }
    System.out.println(Consumer.class.getModule());
  }

  private static Tensor block(Backend backend) {
    float[] w1 = {0.5f, -1, 1, 0.25f};
    float[] w2 = {1, 2, -2, -2};
    float[] zero = {0, 0};
    Network block = ResNets.mlp(2, 1);
    Parameters weights = Parameters.of(block, w1, zero, w2, zero);
    try (Plan plan = backend.compile(block, weights, CompileOptions.batch(1))) {
      return plan.run(Tensor.of(Shape.of(1, 2), 1, 2));
    }
  }

  private static String classify(Device device) throws IOException {
    Network network = ResNets.cifar(8, Shape.of(3, 32, 32), 2, Shortcut.ZERO_PAD);
    Model model =
        Model.untrained(network, 1)
            .withLabels(List.of("cat", "dog"))
            .withPreprocessing(Preprocessing.cifar10());
    try (Classifier classifier = Classifier.open(model, device, 1)) {
      return classifier.classify(Picture.decode("made.jpg", jpeg()), 1).get(0).toString();
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
