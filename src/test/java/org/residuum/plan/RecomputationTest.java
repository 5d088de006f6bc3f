package org.residuum.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Precision;
import org.residuum.backend.RandomValues;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cpu.Bf16Cpu;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.backend.reference.Evaluator;
import org.residuum.network.Architectures;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.initial.Initializer;

/** Activations that are computed again take less memory and change no bit. */
class RecomputationTest {
  private static final long SEED = 20160421;
  private static final int CLASSES = BuiltInNetworks.CLASSES;

  /** The pattern of no parameter's name: all are trained. */
  private static final String ALL = "";

  /** Without the gradients, which are stored with the parameters. */
  private static ToLongFunction<Value> bytes(Network network, int batch) {
    Set<Value> gradients =
        network.outputs().entrySet().stream()
            .filter(output -> Gradients.isGradient(output.getKey()))
            .map(Map.Entry::getValue)
            .collect(Collectors.toSet());
    return value -> gradients.contains(value) ? 0 : value.bytes(batch);
  }

  private static Network recomputed(Network training, int batch) {
    return Recomputation.apply(training, network -> bytes(network, batch));
  }

  private static Network build(String name, Shape example) {
    return Architectures.build(name, new Architectures.Request(example, CLASSES, null));
  }

  static Stream<Network> networks() {
    return Stream.of(
            "mlp:6x9",
            "mlp:6x9:bn",
            "conv:3x9",
            "conv:3x9:bn",
            "plain:conv:3x9:bn",
            "resnet20",
            "preresnet20")
        .map(name -> build(name, Shape.of(2, 5, 5)));
  }

  /** Loss, logits, every gradient and the running statistics, to the last bit. */
  @ParameterizedTest(name = "{index}")
  @MethodSource("networks")
  void recomputedTrainingGivesSameResultsInLessMemory(Network network) {
    Network training = Passes.trainingInPlace(Gradients.of(network, 0.1f));
    Network again = recomputed(training, 2);
    assertTrue(again.nodes().size() > training.nodes().size(), "nothing is computed again");
    LiveSets.check(again, value -> value.bytes(2), MemoryPlan.of(again, value -> value.bytes(2)));
    long before = MemoryPlan.largestLiveBytes(training, bytes(training, 2));
    long now = MemoryPlan.of(again, bytes(again, 2)).largestLiveBytes();
    assertTrue(now < before, now + " of " + before);
    RandomValues random = new RandomValues(SEED);
    Map<String, double[]> inputs = random.inputs(training, 2, CLASSES);
    Map<String, double[]> parameters = random.parameters(training);
    Map<String, double[]> expected = results(training, inputs, parameters);
    Map<String, double[]> got = results(again, inputs, parameters);
    assertEquals(expected.keySet(), got.keySet());
    expected.forEach((name, values) -> assertArrayEquals(values, got.get(name), name));
  }

  private static Map<String, double[]> results(
      Network network, Map<String, double[]> inputs, Map<String, double[]> parameters) {
    Map<String, double[]> own = new LinkedHashMap<>();
    parameters.forEach((name, values) -> own.put(name, values.clone()));
    Map<Value, double[]> values = Evaluator.evaluate(network, inputs, own, 2);
    Map<String, double[]> results = new LinkedHashMap<>(own);
    network.outputs().forEach((name, value) -> results.put(name, values.get(value)));
    return results;
  }

  /** Four times the blocks need twice the bytes, which without recomputation grow fourfold. */
  @ParameterizedTest
  @ValueSource(strings = {"conv:16x%d", "plain:conv:16x%d:bn"})
  void memoryGrowsWithTheSquareRootOfTheDepth(String name) {
    Network shallow = deep(name, 50);
    Network deep = deep(name, 200);
    long before = MemoryPlan.largestLiveBytes(deep, bytes(deep, 32));
    long few = planned(shallow);
    long many = planned(deep);
    assertTrue(many < 2.2 * few, many + " bytes for 200 blocks, " + few + " for 50");
    assertTrue(7 * many < before, many + " of " + before);
  }

  private static Network deep(String name, int blocks) {
    Network network = build(name.formatted(blocks), Shape.of(3, 16, 16));
    return Passes.trainingInPlace(Gradients.of(network, 0));
  }

  private static long planned(Network training) {
    Network again = recomputed(training, 32);
    return MemoryPlan.of(again, bytes(again, 32)).arenaBytes();
  }

  @Test
  void networkWithNothingToSaveStaysAsItIs() {
    Network training = Passes.training(Gradients.of(build("mlp:4x1", Shape.of(3)), 0));
    assertSame(training, recomputed(training, 1));
    Network inference = build("mlp:4x9", Shape.of(3));
    assertSame(inference, recomputed(inference, 1));
  }

  static Stream<Arguments> backendsAndNetworks() {
    return Stream.of(
        Arguments.of(new CpuBackend(), "mlp:8x9", ALL),
        Arguments.of(new CpuBackend(), "conv:4x5", ALL),
        Arguments.of(new CpuBackend(), "resnet20", ALL),
        Arguments.of(new CpuBackend(), "resnet20", "layer2.*|.*bn1.*"),
        Arguments.of(Bf16Cpu.withoutUnits(), "conv:4x4:bn", ALL),
        Arguments.of(EmulatedBackend.open(Precision.FP32), "mlp:8x7", ALL),
        Arguments.of(EmulatedBackend.open(Precision.FP32), "conv:4x4:bn", ALL),
        Arguments.of(EmulatedBackend.open(Precision.FP32), "conv:4x5:bn", "conv1.*|.*bn1.*"),
        Arguments.of(EmulatedBackend.open(Precision.BF16), "conv:4x4:bn", ALL));
  }

  /** Kernels, places in memory, fused ReLU masks and additions in place, over several steps. */
  @ParameterizedTest
  @MethodSource("backendsAndNetworks")
  void backendsTakeBitwiseTheSameSteps(TrainingBackend backend, String name, String frozen) {
    Network network = build(name, Shape.of(2, 8, 8));
    Network training = Gradients.of(network, 0.1f, Pattern.compile(frozen).asMatchPredicate());
    Network passed = Passes.trainingInPlace(training);
    assertNotSame(passed, recomputed(passed, 4), "nothing is computed again");
    Parameters initial = new Initializer(3).initialize(training);
    CompileOptions usual = CompileOptions.batch(4);
    try (TrainingSession kept = backend.train(training, initial, usual);
        TrainingSession again = backend.train(training, initial, usual.recompute(true))) {
      for (int step = 0; step < 2; step++) {
        for (TrainingSession session : List.of(kept, again)) {
          fill(session, step);
          session.run();
        }
        for (ParameterSpec spec : training.parameters()) {
          if (training.outputs().containsKey(Gradients.outputName(spec.name()))) {
            assertEquals(kept.gradient(spec.name()), again.gradient(spec.name()), spec.name());
          }
        }
        UpdateRule rule = new UpdateRule.Sgd(0.9, true, 0.1, false);
        assertEquals(kept.update(rule, 0.05, 1), again.update(rule, 0.05, 1));
      }
      Map<String, float[]> expected = values(kept.parameters());
      values(again.parameters())
          .forEach((key, values) -> assertArrayEquals(expected.get(key), values, key));
    }
  }

  private static Map<String, float[]> values(Parameters parameters) {
    Map<String, float[]> values = new LinkedHashMap<>();
    parameters.asMap().forEach((name, tensor) -> values.put(name, tensor.toArray()));
    return values;
  }

  private static void fill(TrainingSession session, int step) {
    SplittableRandom random = new SplittableRandom(SEED + step);
    FloatBuffer x = session.input("x");
    for (int i = 0; i < x.limit(); i++) {
      x.put(i, (float) random.nextGaussian());
    }
    for (int row = 0; row < session.batch(); row++) {
      session.input(Gradients.LABELS).put(row, random.nextInt(CLASSES));
    }
  }
}
