package org.residuum.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.backend.UpdateRule;
import org.residuum.data.Augmentation;
import org.residuum.data.Dataset;
import org.residuum.data.source.Datasets;
import org.residuum.network.Network;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;

final class RecipeTest {
  private static final Network CIFAR = ResNets.cifar(20);

  @TempDir Path folder;

  static Dataset pictures(int channels, int side) {
    return pictures(4000, Shape.of(channels, side, side));
  }

  private static Dataset pictures(int count, Shape shape) {
    byte[] picture = new byte[Math.toIntExact(shape.elements())];
    byte[][] pixels = new byte[count][];
    java.util.Arrays.fill(pixels, picture);
    return Datasets.ofImages("pictures", shape, List.of("a"), pixels, new int[count]);
  }

  private static TrainingOptions.Builder builder(TrainingOptions options) {
    return options.toBuilder();
  }

  @Test
  void networkAndPicturesChooseTheRecipe() {
    Dataset grey = pictures(1, 28);
    Dataset colour = pictures(3, 32);
    Dataset large = pictures(3, 96);
    Network small = ResNets.cifar(8, grey.exampleShape(), 10, ResidualBlocks.Shortcut.ZERO_PAD);
    assertEquals("small-grey", Recipe.of(small, grey).name());
    assertEquals("small-colour", Recipe.of(CIFAR, colour).name());
    assertEquals("photos", Recipe.of(ResNets.imagenet(18, large.exampleShape(), 10), large).name());
    assertEquals("digits-mlp", Recipe.of(ResNets.mlp(grey.exampleShape(), 8, 1, 10), grey).name());
    assertEquals("mlp", Recipe.of(ResNets.mlp(colour.exampleShape(), 8, 1, 10), colour).name());
    Dataset vectors =
        Datasets.ofVectors("v", Shape.of(4), List.of("a"), new float[5][4], new int[5]);
    assertEquals("mlp", Recipe.of(ResNets.mlp(Shape.of(4), 8, 1, 10), vectors).name());
  }

  /** What the files say is what trainings had before there were files. */
  @Test
  void automaticRecipesAreTheMeasuredOnes() {
    Shape colour = Shape.of(3, 32, 32);
    assertEquals(
        text(
            TrainingOptions.builder()
                .epochs(10)
                .batch(128)
                .rule(new UpdateRule.Sgd(0.9, true, 5e-4, false))
                .schedule(Schedule.OneCycle.of(0.2))
                .augmentation(new Augmentation(4, true))),
        text(builder(Recipe.named("small-colour").options(CIFAR, pictures(6400, colour)))));
    assertEquals(
        text(
            TrainingOptions.builder()
                .epochs(3)
                .batch(64)
                .schedule(Schedule.OneCycle.of(0.1))
                .augmentation(new Augmentation(1, false))),
        text(builder(Recipe.named("small-grey").options(CIFAR, pictures(1, 28)))));
    assertEquals(
        text(
            TrainingOptions.builder()
                .epochs(20)
                .batch(32)
                .rule(new UpdateRule.Sgd(0.9, true, 1e-4, false))
                .schedule(new Schedule.Cosine(0.0125, 0).withWarmup(1))
                .labelSmoothing(0.1)
                .augmentation(new Augmentation(16, true))),
        text(builder(Recipe.named("photos").options(CIFAR, pictures(3, 96)))));
    TrainingOptions.Builder dense =
        TrainingOptions.builder()
            .epochs(30)
            .batch(64)
            .rule(new UpdateRule.AdamW(0.9, 0.999, 1e-8, 0.5, false))
            .schedule(Schedule.OneCycle.of(2e-3))
            .labelSmoothing(0.1);
    assertEquals(text(dense), text(builder(Recipe.named("mlp").options(CIFAR, pictures(3, 32)))));
    assertEquals(
        text(dense.epochs(40).augmentation(Augmentation.of(Augmentation.Distortion.ofSide(28)))),
        text(builder(Recipe.named("digits-mlp").options(CIFAR, pictures(1, 28)))));
  }

  private static String text(TrainingOptions.Builder builder) {
    TrainingOptions options = builder.build();
    return String.join(
        "\n",
        options.epochs() + " of " + options.batch(),
        options.rule().toString(),
        options.schedule().toString(),
        options.augmentation().toString(),
        options.labelSmoothing() + " " + options.maxGradientNorm() + " " + options.averagedShare(),
        options.loop() + " " + options.validating() + " " + options.fineTuning());
  }

  @Test
  void publishedTrainingIsThePapers() {
    Dataset cifar = pictures(50_000, Shape.of(3, 32, 32));
    TrainingOptions options = Recipe.named("cifar10-resnet20").options(CIFAR, cifar);
    int steps = options.stepsPerEpoch(50_000);
    assertEquals(new UpdateRule.Sgd(0.9, false, 1e-4, false), options.rule());
    assertEquals(new Augmentation(4, true), options.augmentation());
    assertEquals(64_000, options.epochs() * steps, 200);
    Schedule schedule = options.schedule();
    double[] rates = {0.1, 0.1, 0.01, 0.01, 0.001, 0.001};
    int[] at = {0, 31_900, 32_100, 47_900, 48_100, 63_999};
    for (int i = 0; i < at.length; i++) {
      assertEquals(rates[i], schedule.rate(at[i], 164 * steps, steps), 1e-12, "step " + at[i]);
    }
  }

  @Test
  void fastTrainingHasThirtyEpochs() {
    TrainingOptions options =
        Recipe.named("cifar10-fast").options(CIFAR, pictures(50_000, Shape.of(3, 32, 32)));
    assertEquals(
        text(
            TrainingOptions.builder()
                .epochs(30)
                .batch(128)
                .rule(new UpdateRule.Sgd(0.9, true, 5e-4, false))
                .schedule(Schedule.OneCycle.of(0.2))
                .augmentation(new Augmentation(4, true))),
        text(options.toBuilder()));
    assertEquals("resnet20", Recipe.named("cifar10-fast").asMap().get("model"));
  }

  /** Each has a line that says what it is for, and the list is that of the files. */
  @Test
  void eachRecipeIsListed() throws Exception {
    Path files = Path.of(Recipe.class.getResource("recipe").toURI());
    try (Stream<Path> all = Files.list(files)) {
      assertEquals(
          new TreeSet<>(Recipe.names()),
          new TreeSet<>(
              all.map(file -> file.getFileName().toString().replace(".txt", "")).toList()));
    }
    for (String name : Recipe.names()) {
      String summary = Recipe.summary(name);
      assertTrue(summary.length() > 20 && summary.endsWith("."), name + ": " + summary);
      Recipe.text(name).lines().forEach(line -> assertTrue(line.length() <= 100, line));
    }
  }

  @ParameterizedTest
  @CsvSource({"192, 16", "320, 32", "1279, 64", "1280, 128", "20, 16", "5, 5"})
  void smallDataHaveTenStepsAnEpoch(int examples, int batch) {
    Dataset data = pictures(examples, Shape.of(3, 8, 8));
    assertEquals(batch, Recipe.named("small-colour").options(CIFAR, data).batch());
  }

  @Test
  void halvedBatchesOfSgdAreTold() {
    Dataset few = pictures(192, Shape.of(3, 32, 32));
    assertEquals(0.125, Recipe.named("small-colour").batchShare(few));
    assertEquals(1, Recipe.named("small-colour").batchShare(pictures(6400, few.exampleShape())));
    assertEquals(1, Recipe.named("small-colour").with("batch", "64").batchShare(few), "typed");
    assertEquals(1, Recipe.named("cifar10-fast").batchShare(few), "not halved");
    assertEquals(1, Recipe.named("mlp").batchShare(few), "AdamW");
  }

  @Test
  void trainingsHaveAsManyStepsAsAreAskedFor() {
    Recipe recipe = Recipe.named("mlp").with("batch", "16").with("epochs", "3");
    Dataset data = pictures(160, Shape.of(3, 8, 8));
    assertEquals(3, recipe.options(CIFAR, data).epochs());
    assertEquals(3, recipe.with("min-steps", "30").options(CIFAR, data).epochs());
    assertEquals(4, recipe.with("min-steps", "31").options(CIFAR, data).epochs());
    Recipe more = recipe.with("min-steps", "31").with("epochs", "2");
    assertEquals(2, more.options(CIFAR, data).epochs(), "a number that is said counts");
  }

  @Test
  void paddingIsAQuarterOfTheShorterSideAtMost() {
    assertEquals(0, padding("small-colour", pictures(3, 1)));
    assertEquals(2, padding("small-colour", pictures(3, 8)));
    assertEquals(4, padding("small-colour", pictures(3, 32)));
    assertEquals(16, padding("photos", pictures(3, 96)));
    Dataset slim = pictures(5, Shape.of(1, 100, 1));
    assertEquals(0, padding("photos", slim));
    assertEquals(
        Augmentation.Distortion.ofSide(1),
        Recipe.named("digits-mlp").options(CIFAR, slim).augmentation().distortion());
  }

  private static int padding(String name, Dataset data) {
    return Recipe.named(name).options(CIFAR, data).augmentation().padAndCrop();
  }

  @Test
  void epochsHaveAStepForEachBatchBegun() {
    TrainingOptions options = TrainingOptions.builder().batch(32).build();
    assertEquals(2, options.stepsPerEpoch(47));
    assertEquals(2, options.stepsPerEpoch(64));
    assertEquals(1, options.stepsPerEpoch(1));
  }

  @Test
  void withoutBatchNormGradientsAreClipped() {
    Network bare = ResNets.mlp(Shape.of(3, 8, 8), 8, 1, 10);
    Dataset data = pictures(3, 8);
    Recipe recipe = Recipe.named("small-colour");
    assertEquals(1, recipe.options(bare, data).maxGradientNorm());
    assertEquals(0, recipe.options(CIFAR, data).maxGradientNorm());
    assertEquals(0, recipe.with("clip", "0").options(bare, data).maxGradientNorm());
    assertEquals(0, Recipe.of(bare, data).options(bare, data).maxGradientNorm(), "adamw");
  }

  /** Another optimiser has other rates; another schedule no warm-up that nobody asked for. */
  @Test
  void settingTakesItsCompanionsAlong() {
    Dataset data = pictures(3, 96);
    Recipe photos = Recipe.named("photos");
    TrainingOptions adamw = photos.with("optimizer", "adamw").options(CIFAR, data);
    assertEquals(new UpdateRule.AdamW(0.9, 0.999, 1e-8, 0.01, false), adamw.rule());
    assertEquals(new Schedule.Cosine(0.002, 0).withWarmup(1), adamw.schedule());
    assertEquals(
        0.0125, photos.with("optimizer", "sgd").options(CIFAR, data).schedule().peak(), "same");
    Recipe mixing = photos.with(Map.of("mixup", "0.2", "mix-prob", "0.5"));
    assertEquals(0.5, mixing.with("mixup", "0.4").options(CIFAR, data).mixing().probability());
    assertEquals(1, mixing.with("mixup", "0.0").options(CIFAR, data).mixing().probability());
    assertEquals(
        new Schedule.Constant(0.0125),
        photos.with("schedule", "constant").options(CIFAR, data).schedule());
    Dataset few = pictures(192, Shape.of(3, 96, 96));
    assertEquals(16, photos.options(CIFAR, few).batch());
    assertEquals(32, photos.with("batch", "32").options(CIFAR, few).batch());
  }

  private Path file(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  @Test
  void filesStartFromOthers() throws IOException {
    file("base.txt", "recipe = cifar10-fast", "epochs = 60   # longer", "rate-of = layer1=2");
    Path mine = file("mine.txt", "# Mine.", "recipe = base.txt", "", "lr=0.3", "rate-of=conv1=3");
    Recipe recipe = Recipe.read(mine);
    TrainingOptions options = recipe.options(CIFAR, pictures(3, 32));
    assertEquals(60, options.epochs());
    assertEquals(0.3, options.schedule().peak());
    assertEquals(Map.of("layer1", 2.0, "conv1", 3.0), options.fineTuning().rates());
    assertEquals("resnet20", recipe.asMap().get("model"));
    assertEquals(mine + ":4", recipe.origin("lr").orElseThrow());
    assertFalse(recipe.isAutomatic());
    assertTrue(Recipe.read(file("short.txt", "epochs = 2")).isAutomatic());
  }

  /** What is decided is the same training, and as a file too. */
  @ParameterizedTest
  @ValueSource(strings = {"photos", "digits-mlp", "small-colour", "cifar10-resnet20", "finetune"})
  void decidedRecipeReadsBackAsTheSameTraining(String name) throws IOException {
    Dataset data = pictures(192, Shape.of(1, 20, 20));
    Recipe recipe = Recipe.named(name).with("freeze", "conv1,layer1").with("seed", "7");
    Recipe decided = recipe.decided(CIFAR, data);
    Path file = Files.writeString(folder.resolve("decided.txt"), decided.toString());
    assertEquals(
        text(builder(recipe.options(CIFAR, data))),
        text(builder(Recipe.read(file).options(CIFAR, pictures(192, Shape.of(1, 20, 20))))));
    assertEquals(decided.toString(), Recipe.read(file).decided(CIFAR, data).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epochs 3|f.txt:2: 'epochs 3' sets nothing",
        "epochs =|f.txt:2: 'epochs =' sets nothing",
        "--epochs = 3|f.txt:2: --epochs: write it without dashes, epochs",
        "seed = 4|f.txt:2: seed is set already, in ",
        "epoch = 3|f.txt:2: epoch = 3: no setting of a training; did you mean epochs?",
        "epochs = many|f.txt:2: epochs = many: it is no number",
        "epochs = 0|f.txt:2: epochs = 0: epochs must be at least 1",
        "batch = 5000|f.txt:2: batch = 5000: pictures has 4000 examples",
        "accumulate = 50|f.txt:2: accumulate = 50: pictures has 4000 examples",
        "schedule = cosin|f.txt:2: schedule = cosin: no such schedule; did you mean cosine?",
        "augment = flop|f.txt:2: augment = flop: no such change 'flop'; did you mean flip?",
        "momentum = 2|f.txt:2: momentum = 2: ",
        "decay-all = yes|f.txt:2: decay-all = yes: it is true or false",
        "early-stop = 0|f.txt:2: early-stop = 0: at least 1 epoch",
        "metric = recal|f.txt:2: metric = recal: no such metric; did you mean recall?",
        "rate-of = fc|f.txt:2: rate-of = fc: 'fc' is not of the form PART=NUMBER",
        "rate-of = conv1=0|f.txt:2: rate-of = conv1=0: the rate of conv1 must be above 0",
        "rate-of = conv9=2|rate-of conv9: resnet20 has no such part",
        "unfreeze = conv1=0|f.txt:2: unfreeze = conv1=0: the epoch that trains conv1",
        "unfreeze = conv9=2|unfreeze conv9: resnet20 has no such part; did you mean conv1?",
        "unfreeze = body=2,linear=2|unfreeze body,linear: nothing of resnet20 is left to train",
        "recipe = photo|f.txt:2: recipe photo: no such recipe or file; did you mean photos?",
        "recipe = f.txt|start from each other"
      })
  void wrongLineIsNamed(String line, String message) throws IOException {
    Path file = file("f.txt", "seed = 3", line);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Recipe.read(file).options(CIFAR, pictures(3, 8)));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void fileThatIsNoTextIsNamed() throws IOException {
    Path large = Files.write(folder.resolve("large"), new byte[1 << 17]);
    Path other = Files.write(folder.resolve("other"), new byte[] {(byte) 0xff, 0});
    for (Path file : List.of(large, other)) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> Recipe.read(file));
      assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    }
  }
}
