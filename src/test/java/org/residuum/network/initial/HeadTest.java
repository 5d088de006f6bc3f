package org.residuum.network.initial;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Window;

/** The last layer of networks that end, as SqueezeNet does, in a convolution and its average. */
final class HeadTest {
  private static final int CHANNELS = 256;

  private static Network squeezed(int window) {
    NetworkBuilder net = new NetworkBuilder("squeezed");
    Value x = net.input("x", Shape.batch(3, 5, 5));
    Value y = net.relu("relu", net.conv2d("features", x, CHANNELS, Window.square(3, 1, 1)));
    Conv2d last = new Conv2d(10, Window.square(window, 1, 0), 1, true, Epilogue.NONE);
    Value scores = net.relu("last", net.conv2d("classifier", y, last));
    Value mean = net.flatten("flatten", net.globalAveragePool("mean", scores));
    net.output("y", net.softmax("softmax", mean));
    return net.build();
  }

  @Test
  void freshConvolutionTakesThePlaceOfTheOld() {
    Network network = squeezed(1);
    Parameters trained = new Initializer(1).initialize(network);
    Head head = Head.of(network).orElseThrow();
    assertEquals(10, head.classes());
    assertEquals(CHANNELS, head.features());
    assertTrue(head.has("classifier.bias"));
    assertFalse(head.has("features.weight"));

    Head.Replaced kept = head.kept(trained);
    assertEquals(Shape.batch(10), kept.network().outputs().get("logits").shape());
    assertEquals(trained.names(), kept.parameters().names());

    Head.Replaced fresh = head.fresh(trained, 40, true, 2);
    assertEquals(Shape.batch(40), fresh.network().outputs().get("logits").shape());
    assertArrayEquals(
        trained.get("features.weight").toArray(),
        fresh.parameters().get("features.weight").toArray());
    float[] weights = fresh.parameters().get("classifier.weight").toArray();
    assertEquals(40 * CHANNELS, weights.length);
    double square = 0;
    for (float weight : weights) {
      square += (double) weight * weight;
    }
    // The relative deviation of the mean of n squares of normal numbers is sqrt(2 / n) = 0.014.
    assertEquals(2.0 / CHANNELS, square / weights.length, 5 * 0.014 * 2 / CHANNELS);
  }

  @Test
  void outputsOfEitherSignLoseTheActivation() {
    Network network = squeezed(1);
    Parameters trained = new Initializer(1).initialize(network);
    Head head = Head.of(network).orElseThrow();
    Network signed = head.fresh(trained, 2, false, 2).network();
    assertEquals(
        head.fresh(trained, 2, true, 2).network().nodes().size() - 1, signed.nodes().size());
    assertTrue(signed.nodes().stream().noneMatch(node -> node.name().equals("last")));
    assertTrue(signed.nodes().stream().anyMatch(node -> node.name().equals("relu")));
  }

  @Test
  void widerWindowIsNoHead() {
    assertEquals(Optional.empty(), Head.of(squeezed(3)));
  }
}
