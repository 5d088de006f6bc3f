package org.residuum.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.GoldenTest;
import org.residuum.backend.Precision;
import org.residuum.backend.RandomValues;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.UpdateRule;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.data.Dataset;
import org.residuum.data.Mixing;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.augment.Mix;
import org.residuum.data.load.Batch;
import org.residuum.data.load.DatasetLoader;
import org.residuum.data.load.Draw;
import org.residuum.data.load.Pass;
import org.residuum.data.source.Datasets;
import org.residuum.format.safetensors.SafeTensors;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;

/**
 * PyTorch's losses of trainings with mixup, cutmix, class weights and all of them, by
 * make_golden.py, which is given our draws by golden/mixing.txt.
 */
final class MixGoldenTest {
  private static final Shape EXAMPLE = Shape.of(3, 4, 4);
  private static final List<String> CLASSES = List.of("a", "b", "c");
  private static final int BATCH = 6;
  private static final int EPOCHS = 5;
  private static final Network NETWORK = ResNets.mlp(EXAMPLE, 16, 4, 3);
  private static final Preprocessing HALF =
      new Preprocessing(
          EXAMPLE,
          new float[] {0.5f, 0.5f, 0.5f},
          new float[] {0.25f, 0.25f, 0.25f},
          Resize.squash());

  /** Of fp32 arithmetic over ten steps; λ off by 1 % moves the losses by more. */
  private static final double RELATIVE = 1e-3;

  private static final Map<String, TrainingOptions> CASES = new LinkedHashMap<>();

  static {
    Balance weights = Balance.NONE.withWeights(Map.of("a", 2.0, "b", 0.5));
    CASES.put("mixup", options().mixing(new Mixing(0.4, 0, 1)).build());
    CASES.put("cutmix", options().mixing(new Mixing(0, 1, 1)).build());
    CASES.put("weights", options().balance(weights).build());
    CASES.put("all", options().mixing(new Mixing(0.4, 1, 0.75)).balance(weights).build());
  }

  private static TrainingOptions.Builder options() {
    return TrainingOptions.builder()
        .epochs(EPOCHS)
        .batch(BATCH)
        .seed(7)
        .labelSmoothing(0.125)
        .rule(new UpdateRule.Sgd(0.9, true, 1e-3, true))
        .schedule(Schedule.named("constant", 0.05, EPOCHS));
  }

  private static Map<String, float[]> file() throws Exception {
    Path path = Path.of(MixGoldenTest.class.getResource("/golden/mixing.safetensors").toURI());
    Map<String, float[]> values = new LinkedHashMap<>();
    SafeTensors.read(path)
        .parameters()
        .asMap()
        .forEach((name, tensor) -> values.put(name, tensor.toArray()));
    return values;
  }

  /** Twelve pictures; make_golden.py makes the same. */
  private static Dataset data() {
    byte[][] pixels = new byte[2 * BATCH][EXAMPLE.elements()];
    int[] classes = new int[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      classes[i] = i * i % 5 % 3;
      for (int k = 0; k < pixels[i].length; k++) {
        pixels[i][k] =
            (byte) ((i * 37 + k * 11 + i * k * 5) % 200 + (k % 3 == classes[i] ? 50 : 0));
      }
    }
    return Datasets.ofImages("golden", EXAMPLE, CLASSES, pixels, classes);
  }

  @Test
  void drawsAreThoseThatPyTorchWasGiven() throws Exception {
    Path path = Path.of(MixGoldenTest.class.getResource("/golden/mixing.txt").toURI());
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, TrainingOptions> entry : CASES.entrySet()) {
      lines.addAll(draws(entry.getKey(), entry.getValue()));
    }
    assertEquals(String.join("\n", lines), Files.readString(path).strip());
  }

  /** A line a batch: the case, the examples, λ and the box. */
  static List<String> draws(String name, TrainingOptions options) throws Exception {
    List<String> lines = new ArrayList<>();
    try (DatasetLoader loader =
        DatasetLoader.builder(data())
            .preprocessing(HALF)
            .batch(BATCH)
            .shuffle(true)
            .seed(options.seed())
            .threads(1)
            .build()) {
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        try (Pass<Draw> pass = loader.epoch(epoch)) {
          Batch<Draw> batch = pass.next();
          for (int number = 0; batch != null; number++, batch = pass.next()) {
            StringBuilder line = new StringBuilder(name);
            batch.items().forEach(draw -> line.append(' ').append(draw.index()));
            Mix mix = Mix.draw(options.mixing(), options.seed(), epoch, number, EXAMPLE);
            line.append(' ').append(mix.lambda());
            if (mix.box() != null) {
              Mix.Box box = mix.box();
              line.append(' ').append(box.top()).append(' ').append(box.left());
              line.append(' ').append(box.bottom()).append(' ').append(box.right());
            }
            lines.add(line.toString());
          }
        }
      }
    }
    return lines;
  }

  static Stream<String> cases() {
    return CASES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossesArePyTorchs(String name) throws Exception {
    float[] expected = file().get(name);
    try (TrainingBackend emulated = EmulatedBackend.open(Precision.FP32)) {
      for (TrainingBackend backend : List.of(new CpuBackend(), emulated)) {
        List<Double> losses = new ArrayList<>();
        new Trainer(backend, NETWORK, CASES.get(name))
            .listener(
                new TrainingListener() {
                  @Override
                  public void step(TrainingStep step) {
                    losses.add(step.loss());
                  }
                })
            .train(data(), null, HALF, RandomValues.tensors(NETWORK, GoldenTest.initial(NETWORK)));
        for (int step = 0; step < expected.length; step++) {
          assertEquals(
              expected[step],
              losses.get(step),
              RELATIVE * expected[step],
              backend + ", loss of step " + step);
        }
        assertEquals(expected.length, losses.size());
      }
    }
  }
}
