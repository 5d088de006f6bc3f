package org.residuum.data.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.residuum.data.Mixing;
import org.residuum.network.Shape;

/** Boxes and shares of mixed batches; MixGoldenTest compares trainings with PyTorch's. */
final class MixTest {
  @Test
  void boxesHoldWhatLambdaLeavesAndSharesFollowBeta() {
    Mixing both = new Mixing(0.5, 2, 1);
    Shape picture = Shape.of(1, 9, 7);
    double sum = 0;
    double squares = 0;
    int weighed = 0;
    for (int batch = 0; batch < 4000; batch++) {
      Mix mix = Mix.draw(both, 3, 1, batch, picture);
      assertEquals(mix, Mix.draw(both, 3, 1, batch, picture));
      if (mix.box() == null) {
        weighed++;
        sum += mix.lambda();
        squares += (mix.lambda() - 0.5) * (mix.lambda() - 0.5);
      } else {
        assertEquals(1 - mix.box().pixels() / 63f, mix.lambda(), 1e-6f);
        checkCut(mix, picture);
      }
    }
    assertEquals(2000, weighed, 150);
    assertEquals(0.5, sum / weighed, 0.03);
    assertEquals(0.125, squares / weighed, 0.01); // 1 / (4 (2 α + 1))
    for (double alpha : new double[] {1e-300, 1e-3, 1e9, 1e300}) {
      assertEquals(0.5, Beta.draw(Draws.of(1), alpha), 0.5);
    }
  }

  /** Of three pictures with equal pixels each the middle one stays. */
  private static void checkCut(Mix mix, Shape picture) {
    FloatBuffer inputs = FloatBuffer.allocate(3 * picture.elements());
    for (int i = 0; i < inputs.limit(); i++) {
      inputs.put(i, i / picture.elements());
    }
    mix.apply(inputs, 3, picture);
    int[] changed = new int[3];
    for (int i = 0; i < inputs.limit(); i++) {
      changed[i / picture.elements()] += inputs.get(i) == i / picture.elements() ? 0 : 1;
    }
    assertEquals(
        List.of(mix.box().pixels(), 0, mix.box().pixels()),
        List.of(changed[0], changed[1], changed[2]));
  }
}
