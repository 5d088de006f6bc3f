package org.residuum.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.residuum.Model;
import org.residuum.data.Preprocessing;
import org.residuum.network.ResNets;

/**
 * Predicts one photo with an untrained ResNet-18 and tells nobody. {@code scripts/residuum} does it
 * once after a build, to learn which classes a start needs: the JVM then keeps them ready.
 */
final class Rehearsal {
  private static final int SIDE = 300;

  private Rehearsal() {}

  /** Runs; a failure ends the process with a stack trace. */
  public static void main(String[] args) throws IOException {
    System.setProperty("java.awt.headless", "true");
    Path folder = Files.createTempDirectory("residuum-rehearsal");
    try {
      Path model = folder.resolve("model");
      Path picture = folder.resolve("picture.jpg");
      Model.untrained(ResNets.imagenet(18), 1)
          .withPreprocessing(Preprocessing.imagenet())
          .save(model);
      BufferedImage photo = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      ImageIO.write(photo, "jpg", picture.toFile());
      run("predict", "--model", model.toString(), "--data", picture.toString());
      run("inspect", model.toString());
    } finally {
      delete(folder);
    }
  }

  private static void run(String... args) {
    int code = Main.execute(Main.commandLine(args), OutputStream.nullOutputStream(), args);
    if (code != 0) {
      throw new IllegalStateException(String.join(" ", args) + " ended with " + code);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(each);
      }
    }
  }
}
