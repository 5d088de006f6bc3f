package org.residuum.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.network.Initializer;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.plan.Passes;

/** A batch that runs slice by slice gives what its examples give one by one. */
class SlicesTest {
  private static final Network NETWORK = ResNets.imagenet(18);
  private static final int PIXELS = 3 * 224 * 224;

  @Test
  void slicesKeepTheArenaInTheCaches() {
    Parameters parameters = new Initializer(3).initialize(NETWORK);
    Network fused = Passes.inference(NETWORK, parameters).network();
    assertEquals(2, Slices.choose(fused, 8, Slices.borders(fused)));
    assertEquals(1, Slices.choose(fused, 5, Slices.borders(fused)));
    Network dense = ResNets.mlp(1024, 16);
    assertEquals(4096, Slices.choose(dense, 4096, Slices.borders(dense)), "dense layers want rows");
  }

  @Test
  void batchOfFiveInSlicesOfOneEqualsFiveSingleRuns() {
    float[] images = images(5);
    float[] together = run(images, 5);
    for (int i = 0; i < 5; i++) {
      float[] alone = run(Arrays.copyOfRange(images, i * PIXELS, (i + 1) * PIXELS), 1);
      assertArrayEquals(alone, Arrays.copyOfRange(together, i * 1000, (i + 1) * 1000));
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

  private static float[] run(float[] images, int batch) {
    Parameters parameters = new Initializer(3).initialize(NETWORK);
    try (Plan plan = new CpuBackend().compile(NETWORK, parameters, CompileOptions.batch(batch));
        Session session = plan.session()) {
      session.input("x").put(0, images);
      session.run();
      float[] logits = new float[batch * 1000];
      session.output("logits").get(0, logits);
      return logits;
    }
  }
}
