package org.residuum.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.residuum.data.Augmentation;
import org.residuum.data.ImageDataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.augment.TrainingPictures;
import org.residuum.data.source.Datasets;
import org.residuum.network.Shape;

/**
 * Processor time of random changes to colour pictures, in microseconds a picture: the median of
 * some rounds on one thread.
 */
final class ChangeCosts {
  private static final List<String> CHANGES =
      List.of(
          "erase:0", // Reading alone.
          "crop-flip,erase:0",
          "distort,erase:0",
          "resized-crop",
          "randaugment:2:9",
          "jitter:0.4",
          "jitter:0.4:0.4:0.4:0.1",
          "erase:1",
          "crop-flip,randaugment:2:9,jitter:0.4,erase:0.25");
  private static final int PICTURES = 16;
  private static final int ROUNDS = 15;
  private static final int WARM = 10;

  private ChangeCosts() {}

  /** Arguments: sides in pixels. */
  public static void main(String[] args) throws IOException {
    for (String change : CHANGES) {
      for (String side : args) {
        Shape shape = Shape.of(3, Integer.parseInt(side), Integer.parseInt(side));
        double micros = measure(noise(shape), Augmentation.parse(change, shape));
        System.out.printf(Locale.ROOT, "%-50s %4s %9.1f µs%n", change, side, micros);
      }
    }
  }

  private static ImageDataset noise(Shape shape) {
    byte[][] pixels = new byte[PICTURES][shape.elements()];
    Random random = new Random(1);
    for (byte[] picture : pixels) {
      random.nextBytes(picture);
    }
    return Datasets.ofImages("noise", shape, List.of("a"), pixels, new int[PICTURES]);
  }

  private static double measure(ImageDataset data, Augmentation augmentation) throws IOException {
    TrainingPictures pictures =
        new TrainingPictures(data, augmentation, Preprocessing.of(data));
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    int count = Math.max(PICTURES, 2_000_000 / data.exampleShape().elements());
    double[] micros = new double[ROUNDS];
    long bits = 0;
    for (int round = -WARM; round < ROUNDS; round++) {
      long start = threads.getCurrentThreadCpuTime();
      for (int i = 0; i < count; i++) {
        pictures.read(i % PICTURES, bits++);
      }
      if (round >= 0) {
        micros[round] = (threads.getCurrentThreadCpuTime() - start) / 1e3 / count;
      }
    }
    Arrays.sort(micros);
    return micros[ROUNDS / 2];
  }
}
