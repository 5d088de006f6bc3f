package org.residuum.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.Device;
import org.residuum.Devices;
import org.residuum.Model;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.source.DatasetOptions;
import org.residuum.data.source.Datasets;
import org.residuum.format.TrainingNotes;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Window;
import org.residuum.train.Checkpoint;
import org.residuum.train.Evaluation;
import org.residuum.train.FineTuning;
import org.residuum.train.Schedule;
import org.residuum.train.TrainingOptions;
import org.residuum.train.TrainingResult;

/** Trainings into a folder as a Java program starts them. */
final class TrainingJobTest {
  private static final List<String> CLASSES = List.of("dark", "bright");
  private static final Dataset TRAINING = pictures(64, CLASSES);
  private static final Dataset TEST = pictures(16, CLASSES);
  private static final TrainingData DATA = TrainingData.of(TRAINING, TEST);
  private static final int STEPS = 4;
  private static final TrainingOptions OPTIONS =
      TrainingOptions.builder().epochs(3).batch(16).seed(7).loaderThreads(1).build();

  private static final TrainingOptions STEERED =
      OPTIONS.toBuilder()
          .epochs(9)
          .schedule(new Schedule.Step(0.02, 40, List.of(2.0)))
          .validating(new TrainingOptions.Validating(Evaluation.Metric.LOSS, 2, true))
          .build();

  @TempDir private Path temporary;
  private Device device;
  private FolderLock folder;

  @BeforeEach
  void open() throws IOException {
    device = Devices.open("cpu");
    folder = FolderLock.ofModel(temporary.resolve("model"));
  }

  @AfterEach
  void close() throws IOException {
    folder.close();
    device.close();
  }

  private static Dataset pictures(int size, List<String> classes) {
    SplittableRandom random = new SplittableRandom(size);
    byte[][] pixels = new byte[size][3 * 8 * 8];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i % classes.size();
      for (int p = 0; p < pixels[i].length; p++) {
        pixels[i][p] = (byte) (random.nextInt(150) + 100 * labels[i]);
      }
    }
    return Datasets.ofImages("shades", Shape.of(3, 8, 8), classes, pixels, labels);
  }

  /** Pictures of which each fifth is called what it is not, so that no loss is 0. */
  private static Dataset mislabelled(int size) {
    ImageDataset right = (ImageDataset) pictures(size, CLASSES);
    byte[][] pixels = new byte[size][3 * 8 * 8];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i % 5 == 0 ? 1 - right.label(i) : right.label(i);
      try {
        right.read(i, pixels[i]);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Datasets.ofImages("shades", right.exampleShape(), CLASSES, pixels, labels);
  }

  private TrainingJob job(TrainingJob.Listener listener) throws IOException {
    StartingPoint start = StartingPoint.fresh("resnet8", TRAINING, OPTIONS.seed());
    return new TrainingJob(device.backend(), DATA, start, listener);
  }

  private TrainingJob job() throws IOException {
    return job(TrainingJob.Listener.NONE);
  }

  /** Stops a training after so many steps, and notes where it began. */
  private static final class Stopping implements TrainingJob.Listener {
    private final List<Checkpoint> begun = new ArrayList<>();
    private int steps;

    Stopping(int steps) {
      this.steps = steps;
    }

    @Override
    public void begin(Checkpoint from) {
      begun.add(from);
    }

    @Override
    public boolean stops() {
      return --steps <= 0;
    }
  }

  private static byte[] weights(Path model) throws IOException {
    return Files.readAllBytes(model.resolve("model.safetensors"));
  }

  /** Stops in the second epoch. */
  private TrainingJob.Trained stopped() throws IOException {
    return job(new Stopping(STEPS + 3)).run(OPTIONS, folder, false);
  }

  @Test
  void stoppedTrainingGoesOnToTheSameWeights() throws IOException {
    assertFalse(TrainingJob.isThere(folder.folder()));
    TrainingJob.Trained first = stopped();
    assertTrue(first.result().stopped());
    assertEquals(folder.folder(), first.folder());
    assertTrue(TrainingJob.isThere(folder.folder()));
    assertEquals(1, Model.load(folder.folder()).training().orElseThrow().result().epochs());

    Stopping listener = new Stopping(Integer.MAX_VALUE);
    TrainingJob job = job(listener);
    TrainingJob.Trained second = job.resume(OPTIONS, folder);
    assertEquals(1, listener.begun.get(0).epoch());
    assertEquals(3, listener.begun.get(0).begun().steps());
    assertFalse(second.result().stopped());
    assertEquals(OPTIONS.epochs(), second.curves().epochs().size());
    assertTrue(job.finished(OPTIONS, folder).isPresent());
    Path file = job.writeReport(second);
    String report = Files.readString(file);
    FinishedTraining finished = job.finished(OPTIONS, folder).orElseThrow();
    assertEquals(Optional.empty(), finished.writeMissingReport(), "there is one");
    Files.delete(file);
    assertEquals(Optional.of(file), finished.writeMissingReport());
    assertEquals(measured(report), measured(Files.readString(file)));

    Path straight = temporary.resolve("straight");
    try (FolderLock other = FolderLock.ofModel(straight)) {
      job().run(OPTIONS, other, false);
    }
    assertArrayEquals(weights(straight), weights(folder.folder()));
    assertEquals(
        "resume: the training in "
            + folder.folder()
            + " is at its end after 3 epochs; make it longer with epochs of 4 or more in all",
        assertThrows(TrainingException.class, () -> job.resume(OPTIONS, folder)).getMessage());
    assertTrue(job.finished(OPTIONS.toBuilder().epochs(4).build(), folder).isEmpty());
    TrainingOptions other = OPTIONS.toBuilder().batch(8).build();
    assertThrows(
        TrainingJob.OtherSettingsException.class,
        () -> job.finished(other, folder),
        "a batch of 8");
    Files.delete(folder.folder().resolve("checkpoint.safetensors"));
    String none =
        assertThrows(TrainingException.class, () -> job.resume(OPTIONS, folder)).getMessage();
    assertTrue(none.contains("model has no checkpoint: "), none);
  }

  /** What a report says of the test part, which no clock decides. */
  private static String measured(String report) {
    return report.substring(report.indexOf("<h2>Confusion"), report.indexOf("<h2>Epochs"));
  }

  /** The model in the folder is the running mean; checkpoints follow each other at once. */
  @Test
  void runningMeanAndAccumulatedBatchesGoOnToo() throws IOException {
    TrainingOptions options =
        OPTIONS.toBuilder().batch(8).loop(new TrainingOptions.Loop(2, 0.5, 0)).build();
    TrainingJob.Trained first = job(new Stopping(2 * STEPS + 1)).run(options, folder, false);
    assertTrue(first.result().stopped());
    Checkpoint reached = first.result().checkpoint();
    String name = "linear.weight";
    assertArrayEquals(
        reached.optimizer().mean().get(name).toArray(),
        Model.load(folder.folder()).parameters().get(name).toArray());
    job().resume(options, folder);
    Path straight = temporary.resolve("straight");
    try (FolderLock other = FolderLock.ofModel(straight)) {
      job().run(options, other, false);
    }
    assertArrayEquals(weights(straight), weights(folder.folder()));
  }

  /** The averages are of other epochs, and the model of the shorter one is its average. */
  @Test
  void trainingAtItsEndGoesOnAsALongerOne() throws IOException {
    TrainingOptions two =
        OPTIONS.toBuilder()
            .epochs(2)
            .averagedShare(1)
            .schedule(new Schedule.Constant(0.01))
            .build();
    TrainingOptions four = two.toBuilder().epochs(4).averagedShare(0.5).build();
    TrainingJob job = job();
    job.run(two, folder, false);
    byte[] shorter = weights(folder.folder());
    TrainingOptions longer = two.toBuilder().epochs(4).build();
    assertEquals(
        "resume: average was 1 for "
            + folder.folder()
            + ", now it is 0.5; give the options of the interrupted command again",
        assertThrows(TrainingJob.OtherSettingsException.class, () -> job.resume(four, folder))
            .getMessage());
    TrainingJob.Trained cut = job(new Stopping(STEPS + 1)).resume(longer, folder);
    assertEquals(folder.folder().resolve("unfinished"), cut.folder());
    assertArrayEquals(shorter, weights(folder.folder()));
    TrainingJob.Trained whole = job.resume(longer, folder);
    assertEquals(4, whole.curves().epochs().size());
    assertFalse(Files.exists(folder.folder().resolve("unfinished")));

    Path straight = temporary.resolve("straight");
    try (FolderLock other = FolderLock.ofModel(straight)) {
      job().run(four, other, false);
    }
    assertArrayEquals(weights(straight), weights(folder.folder()));
  }

  @Test
  void otherSettingsThanThoseOfTheCheckpointAreNamed() throws IOException {
    stopped();
    TrainingOptions longer = OPTIONS.toBuilder().epochs(5).build();
    TrainingJob job = job();
    assertEquals(
        "resume: epochs was 3 for "
            + folder.folder()
            + ", now it is 5; give the options of the interrupted command again",
        assertThrows(TrainingJob.OtherSettingsException.class, () -> job.resume(longer, folder))
            .getMessage());
  }

  /** As many pictures with the same labels, one of them with one other pixel. */
  @Test
  void otherExamplesThanThoseOfTheCheckpointAreNamed() throws IOException {
    stopped();
    byte[][] pixels = new byte[TRAINING.size()][3 * 8 * 8];
    for (int i = 0; i < pixels.length; i++) {
      ((ImageDataset) TRAINING).read(i, pixels[i]);
    }
    pixels[9][1]++;
    int[] labels = IntStream.range(0, pixels.length).map(TRAINING::label).toArray();
    Dataset changed = Datasets.ofImages("shades", TRAINING.exampleShape(), CLASSES, pixels, labels);
    TrainingJob job = job();
    TrainingJob other =
        new TrainingJob(
            device.backend(), TrainingData.of(changed, TEST), job.start(), job.listener());
    String message =
        assertThrows(TrainingJob.OtherSettingsException.class, () -> other.resume(OPTIONS, folder))
            .getMessage();
    assertTrue(message.contains("the training examples are others than those"), message);
    Path file = folder.folder().resolve("checkpoint.safetensors");
    Files.write(file, withoutContents(Files.readAllBytes(file)));
    other.resume(OPTIONS, folder); // An older version kept no checksum.
  }

  /** A checkpoint whose facts about the examples' values have other names. */
  private static byte[] withoutContents(byte[] checkpoint) {
    String text = new String(checkpoint, StandardCharsets.ISO_8859_1);
    return text.replace("training contents", "training_contents")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void modelThatIsThereStaysUnlessItMayBeReplaced() throws IOException {
    TrainingJob job = job();
    job.run(OPTIONS, folder, false);
    byte[] before = weights(folder.folder());
    assertThrows(IOException.class, () -> job.run(OPTIONS, folder, false));
    TrainingJob.Trained cut = job(new Stopping(1)).run(OPTIONS, folder, true);
    assertEquals(folder.folder().resolve("unfinished"), cut.folder());
    assertArrayEquals(before, weights(folder.folder()));
  }

  @Test
  void lossThatExplodesIsNamedWithItsRemedy() throws IOException {
    TrainingOptions wild = OPTIONS.toBuilder().schedule(new Schedule.Constant(1e30)).build();
    TrainingJob job = job();
    String message =
        assertThrows(TrainingException.class, () -> job.run(wild, folder, false)).getMessage();
    assertTrue(message.endsWith("nothing is saved; lower lr (it was 1.0E30)"), message);
    assertFalse(TrainingJob.isThere(folder.folder()));
  }

  @Test
  void networkOfOnesOwnIsTrainedAndTrainedOn() throws IOException {
    StartingPoint own =
        StartingPoint.fresh(
            "mine", ResNets.mlp(Shape.of(3, 8, 8), 8, 1, 2), false, TRAINING, OPTIONS.seed());
    new TrainingJob(device.backend(), DATA, own, TrainingJob.Listener.NONE)
        .run(OPTIONS, folder, false);
    Model saved = Model.load(folder.folder());
    assertEquals("mine", saved.training().orElseThrow().model());
    assertEquals(
        saved.parameters().names(), StartingPoint.of("mine", saved, TRAINING).parameters().names());
    assertEquals(
        "model mine: its classes [dark, bright] are not the data's [a, b, c]; start from it"
            + " with init mine instead, which gives it a new last layer",
        assertThrows(
                TrainingException.class,
                () -> StartingPoint.of("mine", saved, pictures(9, List.of("a", "b", "c"))))
            .getMessage());
  }

  /** The last layer alone, behind frozen weights. */
  @Test
  void networkThatEndsInAConvolutionGetsAFreshOne() throws IOException {
    NetworkBuilder net = new NetworkBuilder("squeezed");
    Value y =
        net.conv2d("features", net.input("x", Shape.batch(3, 8, 8)), 8, Window.square(3, 1, 1));
    Conv2d last = new Conv2d(2, Window.square(1, 1, 0), 1, true, Epilogue.NONE);
    Value scores = net.relu("last", net.conv2d("classifier", net.relu("relu", y), last));
    net.output("logits", net.flatten("flatten", net.globalAveragePool("mean", scores)));
    StartingPoint own = StartingPoint.fresh("squeezed", net.build(), false, TRAINING, 1);
    new TrainingJob(device.backend(), DATA, own, TrainingJob.Listener.NONE)
        .run(OPTIONS, folder, false);
    Model saved = Model.load(folder.folder());
    Dataset three = pictures(48, List.of("a", "b", "c"));
    StartingPoint start = StartingPoint.pretrained("it", saved, three, null, 1);
    assertEquals(Optional.of("classifier"), start.freshHead());
    TrainingOptions frozen =
        OPTIONS.toBuilder()
            .fineTuning(FineTuning.NONE.withFrozen(List.of(FineTuning.BODY), Map.of()))
            .build();
    Path tuned = temporary.resolve("tuned");
    try (FolderLock into = FolderLock.ofModel(tuned)) {
      TrainingData data = TrainingData.of(three, pictures(9, three.labels()));
      TrainingJob.Trained trained =
          new TrainingJob(device.backend(), data, start, TrainingJob.Listener.NONE)
              .run(frozen, into, false);
      List<TrainingResult.EpochResult> epochs = trained.result().history();
      assertTrue(epochs.get(2).trainLoss() < epochs.get(0).trainLoss());
    }
    Parameters after = Model.load(tuned).parameters();
    assertEquals(Shape.of(3, 8, 1, 1), after.get("classifier.weight").shape());
    assertArrayEquals(
        saved.parameters().get("features.weight").toArray(),
        after.get("features.weight").toArray());
  }

  private TrainingJob.Trained steered(
      FolderLock into, TrainingJob.Listener listener, boolean goesOn) throws IOException {
    StartingPoint start = StartingPoint.fresh("resnet8", TRAINING, OPTIONS.seed());
    TrainingData data =
        new TrainingData(
            TRAINING, Optional.of(mislabelled(24)), Optional.of(TEST), DatasetOptions.DEFAULTS);
    TrainingJob job = new TrainingJob(device.backend(), data, start, listener);
    return goesOn ? job.resume(STEERED, into) : job.run(STEERED, into, false);
  }

  private static int epochs(Path model) throws IOException {
    return Model.load(model).training().orElseThrow().result().epochs();
  }

  /** From the third epoch on the rate is far too high. */
  @Test
  void trainingEndsEarlyWithTheBestEpochAndKeepsTheLast() throws IOException {
    TrainingJob.Trained trained = steered(folder, TrainingJob.Listener.NONE, false);
    List<TrainingResult.EpochResult> history = trained.result().history();
    int best = trained.result().best().epoch();
    assertEquals(best + 2, history.size());
    assertTrue(history.size() < STEERED.epochs());
    double loss = history.get(best - 1).validation().loss();
    assertTrue(history.stream().allMatch(epoch -> loss <= epoch.validation().loss()));
    assertEquals(best, epochs(folder.folder()));
    assertEquals(best + 2, epochs(folder.folder().resolve("last")));
    TrainingNotes.Result notes = Model.load(folder.folder()).training().orElseThrow().result();
    assertEquals(loss, notes.validation().loss());
    assertEquals(trained.chosen().test().loss(), notes.test().loss());
    assertTrue(notes.test().loss() > 0);

    Path other = temporary.resolve("other");
    try (FolderLock lock = FolderLock.ofModel(other)) {
      steered(lock, new Stopping(best * STEPS + 2), false);
      steered(lock, TrainingJob.Listener.NONE, true);
      assertArrayEquals(weights(folder.folder()), weights(other));
      assertArrayEquals(weights(folder.folder().resolve("last")), weights(other.resolve("last")));
      String message =
          assertThrows(
                  TrainingException.class, () -> steered(lock, TrainingJob.Listener.NONE, true))
              .getMessage();
      assertTrue(message.contains(" ended early after "), message);
    }
  }

  @Test
  void unknownNetworkAndSingleClassAreNamed() {
    String unknown =
        assertThrows(
                IllegalArgumentException.class, () -> StartingPoint.fresh("resnett8", TRAINING, 0))
            .getMessage();
    assertTrue(unknown.startsWith("model resnett8: no such network"), unknown);
    String single =
        assertThrows(
                TrainingException.class,
                () -> StartingPoint.fresh("resnet8", pictures(4, List.of("grey")), 0))
            .getMessage();
    assertTrue(single.startsWith("data: shades has one class, grey; "), single);
  }
}
