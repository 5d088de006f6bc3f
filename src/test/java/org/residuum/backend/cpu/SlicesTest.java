package org.residuum.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Networks;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.cpu.onednn.Numerics;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.initial.Initializer;
import org.residuum.plan.Gradients;
import org.residuum.plan.Passes;

/** A batch that runs slice by slice gives what its examples give one by one. */
class SlicesTest {
  private static final Network NETWORK = ResNets.imagenet(18);
  private static final Network FEATURES = Networks.until(NETWORK, "avgpool");
  private static final int PIXELS = 3 * 224 * 224;

  @Test
  void slicesKeepTheArenaInTheCachesAndGrowWithTheDepth() {
    Parameters parameters = new Initializer(3).initialize(NETWORK);
    Network fused = Passes.inference(NETWORK, parameters).network();
    assertEquals(List.of(2, 4, 8), slices(fused, 8));
    assertEquals(List.of(1, 5), slices(fused, 5));
    assertEquals(List.of(4096), slices(ResNets.mlp(1024, 16), 4096), "dense layers want rows");
  }

  /** 2^31 - 1 is prime; trying each slice below it took minutes. */
  @Test
  @Timeout(60)
  void slicesOfAHugeBatchAreFoundAtOnce() {
    assertEquals(List.of(1), slices(NETWORK, Integer.MAX_VALUE));
  }

  @Test
  void aBatchWhoseExamplesNeedEachOtherStaysWhole() {
    Network statistics = Networks.until(Gradients.of(NETWORK, 0), "avgpool");
    assertEquals(List.of(8), slices(statistics, 8));
  }

  private static List<Integer> slices(Network network, int batch) {
    return Slices.of(network, batch, Numerics.FP32).segments().stream()
        .map(Slices.Segment::slice)
        .toList();
  }

  @Test
  void segmentsShareOneValueEach() {
    Slices slices = Slices.of(NETWORK, 8, Numerics.FP32);
    List<Node> nodes = slices.segments().stream().flatMap(s -> s.nodes().stream()).toList();
    assertEquals(NETWORK.nodes(), nodes);
    assertEquals(slices.segments().size() - 1 + 2, slices.external().size());
  }

  /** By the definition, as what is worth filtering by Winograd's method depends on the slice. */
  @Test
  void featuresOfFiveInSlicesHaveTheBitsOfFiveSingleRuns() {
    CompileOptions five = CompileOptions.batch(5).unoptimized();
    assertEquals(List.of(1, 5), slices(FEATURES, 5));
    float[] images = images(5);
    float[] together = run(FEATURES, images, five);
    for (int i = 0; i < 5; i++) {
      float[] image = Arrays.copyOfRange(images, i * PIXELS, (i + 1) * PIXELS);
      float[] alone = run(FEATURES, image, CompileOptions.batch(1).unoptimized());
      assertArrayEquals(alone, Arrays.copyOfRange(together, i * 512, (i + 1) * 512));
    }
  }

  /** A product of five rows may sum in another order than one of one row, no more. */
  @Test
  void logitsOfFiveInSlicesAreThoseOfFiveSingleRuns() {
    float[] images = images(5);
    float[] together = run(NETWORK, images, CompileOptions.batch(5));
    for (int i = 0; i < 5; i++) {
      float[] image = Arrays.copyOfRange(images, i * PIXELS, (i + 1) * PIXELS);
      float[] alone = run(NETWORK, image, CompileOptions.batch(1));
      assertArrayEquals(alone, Arrays.copyOfRange(together, i * 1000, (i + 1) * 1000), 1e-5f);
    }
  }

  @Test
  void examplesInOtherPlacesGiveTheSameBits() {
    float[] images = images(8);
    float[] rotated = new float[images.length];
    System.arraycopy(images, 3 * PIXELS, rotated, 0, 5 * PIXELS);
    System.arraycopy(images, 0, rotated, 5 * PIXELS, 3 * PIXELS);
    float[] logits = run(NETWORK, images, CompileOptions.batch(8));
    float[] rotatedLogits = run(NETWORK, rotated, CompileOptions.batch(8));
    for (int i = 0; i < 8; i++) {
      int place = (i + 5) % 8;
      assertArrayEquals(
          Arrays.copyOfRange(logits, i * 1000, (i + 1) * 1000),
          Arrays.copyOfRange(rotatedLogits, place * 1000, (place + 1) * 1000));
    }
  }

  private static float[] images(int count) {
    SplittableRandom random = new SplittableRandom(7);
    float[] images = new float[count * PIXELS];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) (random.nextDouble() - 0.5);
    }
    return images;
  }

  private static float[] run(Network network, float[] images, CompileOptions options) {
    Parameters parameters = new Initializer(3).initialize(network);
    String output = network.outputs().keySet().iterator().next();
    try (Plan plan = new CpuBackend().compile(network, parameters, options);
        Session session = plan.session()) {
      session.input("x").put(0, images);
      session.run();
      float[] values = new float[session.output(output).limit()];
      session.output(output).get(0, values);
      return values;
    }
  }
}
