package org.residuum.spark;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.apache.spark.sql.SparkSession;
import org.residuum.Model;
import org.residuum.data.Preprocessing;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;

/** Spark in this JVM, a small model and small pictures for tests. */
final class LocalSpark {
  static final Shape IMAGE = Shape.of(3, 8, 8);

  private LocalSpark() {}

  /** Two tasks at a time, of which each is tried three times. */
  static SparkSession open() {
    return SparkSession.builder()
        .master("local[2,3]")
        .config("spark.ui.enabled", false)
        .config("spark.log.level", "OFF")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 2)
        .getOrCreate();
  }

  /** Four classes. */
  static Model model() {
    return Model.untrained(ResNets.cifar(8, IMAGE, 4, ResidualBlocks.Shortcut.ZERO_PAD), 1)
        .withLabels(List.of("a", "b", "c", "d"))
        .withPreprocessing(Preprocessing.cifar10().withShape(IMAGE));
  }

  /** A PNG of noise, of another size than the model takes. */
  static byte[] picture(int seed) throws IOException {
    BufferedImage image = new BufferedImage(11, 9, BufferedImage.TYPE_INT_RGB);
    SplittableRandom random = new SplittableRandom(seed);
    for (int y = 0; y < 9; y++) {
      for (int x = 0; x < 11; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }
}
