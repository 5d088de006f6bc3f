package org.residuum.format.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.TestData;
import org.residuum.format.FormatException;
import org.residuum.format.safetensors.SafeTensors;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

final class WeightFileTest {
  private static final Shape SMALL = Shape.of(3, 32, 32);
  private static final Shape LARGE = Shape.of(3, 224, 224);

  @TempDir private Path folder;

  private static Arguments built(String name, Supplier<Network> network) {
    return Arguments.of(name, network);
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        built("resnet20", () -> ResNets.cifar(20)),
        built("resnet56", () -> ResNets.cifar(56, SMALL, 100, ResidualBlocks.Shortcut.PROJECTION)),
        built(
            "resnet8",
            () -> ResNets.cifar(8, Shape.of(1, 32, 32), 10, ResidualBlocks.Shortcut.ZERO_PAD)),
        built(
            "preresnet20",
            () -> ResNets.cifarPreActivation(20, SMALL, 10, ResidualBlocks.Shortcut.PROJECTION)),
        built("resnet18", () -> ResNets.imagenet(18, LARGE, 7)),
        built("resnet34", () -> ResNets.imagenet(34)),
        built("resnet50", () -> ResNets.imagenet(50)),
        built("resnet101", () -> ResNets.imagenet(101)),
        built("resnet152", () -> ResNets.imagenet(152)),
        built("resnext50_32x4d", () -> ResNets.resnext50(LARGE, 1000)),
        built("wide_resnet50_2", () -> ResNets.wideResnet50(LARGE, 1000)),
        built("mlp:16x3", () -> ResNets.mlp(16, 3)),
        built("mlp:16x3", () -> ResNets.mlp(Shape.of(64), 16, 3, 10)));
  }

  /** All zeros: only names and shapes may count. */
  private static Parameters weights(Network network, Function<String, String> renamed) {
    Parameters zeros = Parameters.allocate(network.parameters());
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    zeros.asMap().forEach((name, tensor) -> tensors.put(renamed.apply(name), tensor));
    return new Parameters(tensors);
  }

  private WeightFile file(Parameters weights) {
    return new WeightFile(
        folder.resolve("w.pth"), weights, Map.of(), Map.of(), "made here", "", List.of());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void networkIsFoundFromNamesAndShapes(String name, Supplier<Network> supplier)
      throws IOException {
    Network network = supplier.get();
    WeightFile file = file(weights(network, same -> same));
    Architecture found = file.architecture();
    assertEquals(name, found.name());
    assertEquals(network.toString(), found.network().toString());
    assertEquals(network.parameters().size(), file.parametersOf(found.network()).names().size());
  }

  @Test
  void namesOfOtherRepositoriesAreMapped() throws IOException {
    Network network = ResNets.cifar(20, SMALL, 10, ResidualBlocks.Shortcut.PROJECTION);
    WeightFile file =
        file(
            weights(
                network,
                name -> name.replace("linear.", "fc.").replace(".shortcut.", ".downsample.")));
    Network found = file.architecture().network();
    assertEquals(network.toString(), found.toString());
    assertTrue(file.parametersOf(found).contains("layer2.0.shortcut.0.weight"));
  }

  @Test
  void sizeOfThePicturesIsTheCallers() throws IOException {
    Architecture found = file(weights(ResNets.imagenet(18), same -> same)).architecture();
    assertEquals(Shape.batch(3, 64, 96), found.network(64, 96).inputs().get(0).shape());
  }

  @Test
  void errorListsWhatIsMissingMisshapenAndLeftOver() {
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(weights(ResNets.cifar(8), same -> same).asMap());
    tensors.remove("layer1.0.conv1.weight");
    tensors.put("bn1.weight", Tensor.zeros(Shape.of(17)));
    tensors.put("ema.decay", Tensor.zeros(Shape.of(1)));
    FormatException e =
        assertThrows(
            FormatException.class,
            () -> file(new Parameters(tensors)).parametersOf(ResNets.cifar(8)));
    assertEquals(
        folder.resolve("w.pth")
            + ": its weights do not fit resnet8"
            + "; 1 missing: layer1.0.conv1.weight (16, 16, 3, 3)"
            + "; 1 of another shape: \"bn1.weight\" (17) for (16)"
            + "; 1 left over: \"ema.decay\" (1)",
        e.getMessage());
  }

  @Test
  void longListsAreCut() {
    FormatException e =
        assertThrows(
            FormatException.class,
            () -> file(new Parameters(Map.of())).parametersOf(ResNets.cifar(110)));
    assertTrue(e.getMessage().contains("conv1.weight (16, 3, 3, 3), "), e.getMessage());
    assertTrue(e.getMessage().matches(".*547 missing: .* and 531 more"), e.getMessage());
  }

  @Test
  void strangersAreNamedByWhatGaveThemAway() {
    Map<String, Tensor> vgg = Map.of("features.0.weight", Tensor.zeros(Shape.of(64, 3, 3, 3)));
    check(vgg, "neither conv1.weight nor blocks.0.fc1.weight");
    check(
        Map.of("conv1.weight", Tensor.zeros(Shape.of(8, 3, 3, 3))),
        "conv1.weight is (8, 3, 3, 3), not (16, C, 3, 3) or (64, C, 7, 7)");
    check(Map.of("conv1.weight", Tensor.zeros(Shape.of(5))), "conv1.weight is (5), not of 4 axes");
    Map<String, Tensor> uneven =
        new LinkedHashMap<>(weights(ResNets.cifar(8), same -> same).asMap());
    uneven.put("layer3.1.conv1.weight", Tensor.zeros(Shape.of(1)));
    check(uneven, "their stages have [1, 1, 2] blocks");
    Map<String, Tensor> headless =
        new LinkedHashMap<>(weights(ResNets.cifar(8), same -> same).asMap());
    headless.remove("linear.weight");
    check(headless, "they have no fc.weight, linear.weight, classifier.weight");
  }

  private void check(Map<String, Tensor> weights, String clue) {
    FormatException e =
        assertThrows(FormatException.class, () -> file(new Parameters(weights)).architecture());
    assertTrue(e.getMessage().contains(clue), e.getMessage());
  }

  /** What a wrapper puts before all names goes; what only some have is told. */
  @Test
  void commonPrefixesGo() throws IOException {
    Network network = ResNets.cifar(8, SMALL, 10, ResidualBlocks.Shortcut.ZERO_PAD);
    for (String prefix : List.of("module.", "model.", "_orig_mod.module.", "backbone.net.")) {
      WeightFile file = file(weights(network, name -> prefix + name));
      assertEquals("resnet8", file.architecture().name());
      assertEquals(10, file.clues().classes());
      assertEquals(network.parameters().size(), file.parametersOf(network).names().size());
    }
    FormatException e =
        assertThrows(
            FormatException.class,
            () ->
                file(weights(network, name -> name.startsWith("bn1") ? "model." + name : name))
                    .parametersOf(network));
    assertTrue(e.getMessage().contains("left over: \"model.bn1.weight\""), e.getMessage());
  }

  /** Converters write this counter as a float; nothing computes with it. */
  @Test
  void countersOfBatchesAreNotLeftOver() throws IOException {
    Network network = ResNets.cifar(8, SMALL, 10, ResidualBlocks.Shortcut.ZERO_PAD);
    Map<String, Tensor> tensors = new LinkedHashMap<>(weights(network, name -> name).asMap());
    tensors.put("bn1.num_batches_tracked", Tensor.zeros(Shape.of(1)));
    assertEquals(
        network.parameters().size(),
        file(new Parameters(tensors)).parametersOf(network).names().size());
  }

  @Test
  void safetensorsAndCheckpointsAreReadByTheEndOfTheName() throws IOException {
    Path path = folder.resolve("W.SafeTensors");
    SafeTensors.write(path, weights(ResNets.cifar(8), same -> same), Map.of());
    assertEquals("resnet8", WeightFile.read(path).architecture().name());
    Path renamed = folder.resolve("weights.h5");
    assertThrows(FormatException.class, () -> WeightFile.read(renamed));
  }

  @Test
  void publishedCheckpointsAreRecognised() throws IOException {
    for (String name : new String[] {"resnet20-12fca82f", "resnet56-4bfd9763"}) {
      Path path = TestData.find("models/akamaster/" + name + ".th");
      Architecture found = WeightFile.read(path).architecture();
      assertEquals(name.substring(0, 8), found.name());
      assertTrue(found.network().toString().contains("pad channels"));
    }
    WeightFile vnncomp = WeightFile.read(TestData.find("models/vnncomp2021/resnet2b.pth"));
    FormatException e = assertThrows(FormatException.class, vnncomp::architecture);
    assertTrue(e.getMessage().contains("conv1.weight is (8, 3, 3, 3)"), e.getMessage());
  }
}
