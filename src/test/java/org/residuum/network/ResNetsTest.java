package org.residuum.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResNetsTest {
  @ParameterizedTest
  @CsvSource({"8, 75290", "20, 269722", "32, 464154", "44, 658586", "56, 853018", "110, 1727962"})
  void smallImageNetworksHaveThePublishedParameterCounts(int depth, long count) {
    assertEquals(count, ResNets.cifar(depth).parameterCount());
  }

  /** As torchvision counts them. */
  @ParameterizedTest
  @CsvSource({"18, 11689512", "34, 21797672", "50, 25557032", "101, 44549160", "152, 60192808"})
  void largeImageNetworksHaveThePublishedParameterCounts(int depth, long count) {
    assertEquals(count, ResNets.imagenet(depth).parameterCount());
  }

  @Test
  void widerNetworksHaveThePublishedParameterCounts() {
    Shape image = Shape.of(3, 224, 224);
    assertEquals(25_028_904, ResNets.resnext50(image, 1000).parameterCount());
    assertEquals(68_883_240, ResNets.wideResnet50(image, 1000).parameterCount());
  }

  /** Multiply-adds as published: 4.09 G for ResNet-50, 1.81 G for ResNet-18 (torchvision). */
  @Test
  void productsAreCountedAsPublished() {
    assertEquals(4.09e9, ResNets.imagenet(50).flops() / 2.0, 0.005e9);
    assertEquals(1.81e9, ResNets.imagenet(18).flops() / 2.0, 0.005e9);
  }

  @Test
  void parametersBearThePublishedNames() {
    Set<String> names = names(ResNets.imagenet(50));
    for (String name :
        List.of(
            "conv1.weight",
            "bn1.running_mean",
            "layer1.0.downsample.0.weight",
            "layer1.0.downsample.1.bias",
            "layer3.5.conv3.weight",
            "layer4.2.bn3.running_var",
            "fc.weight",
            "fc.bias")) {
      assertTrue(names.contains(name), name);
    }
    // 53 convolutions, 53 batch norms of four tensors each, a dense layer of two.
    assertEquals(53 + 53 * 4 + 2, names.size());
  }

  private static Set<String> names(Network network) {
    Set<String> names = new HashSet<>();
    network.parameters().forEach(spec -> names.add(spec.name()));
    return names;
  }

  @Test
  void impossibleDepthNamesTheRule() {
    String small =
        assertThrows(IllegalArgumentException.class, () -> ResNets.cifar(21)).getMessage();
    assertEquals(
        "a ResNet for small images has depth 6n + 2 (8, 14, 20, 32, 44, 56, 110), not 21", small);
    String large =
        assertThrows(IllegalArgumentException.class, () -> ResNets.imagenet(20)).getMessage();
    assertEquals("a ResNet for large images has depth 18, 34, 50, 101 or 152, not 20", large);
  }

  /** The block that everything is built from, on x of length 2. */
  @Test
  void blocksWithoutLastReluEndInTheAddition() {
    NetworkBuilder net = new NetworkBuilder("block");
    ResidualBlocks blocks = new ResidualBlocks(net, ResidualBlocks.Shortcut.PROJECTION);
    Value x = net.input("x", Shape.batch(2));
    net.output("bare", blocks.dense("a", x, false));
    net.output("closed", blocks.dense("b", x, true));
    Network network = net.build();
    assertEquals("a.add", network.output("bare").name());
    assertEquals("b.relu2", network.output("closed").name());
  }
}
