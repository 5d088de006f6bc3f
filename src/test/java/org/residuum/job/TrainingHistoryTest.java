package org.residuum.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.JsonPointerBasedFilter;
import com.fasterxml.jackson.core.filter.TokenFilter;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.Device;
import org.residuum.Devices;
import org.residuum.data.Dataset;
import org.residuum.data.source.DatasetOptions;
import org.residuum.data.source.Datasets;
import org.residuum.format.tensorboard.EventFile;
import org.residuum.format.tensorboard.ReadEvents;
import org.residuum.network.Shape;
import org.residuum.train.Checkpoint;
import org.residuum.train.Schedule;
import org.residuum.train.TrainingOptions;
import org.residuum.train.TrainingResult;

/** What a training tells in files, through interruptions. */
final class TrainingHistoryTest {
  private static final Dataset TRAINING = corners(64);
  private static final int STEPS = 4;
  private static final TrainingOptions OPTIONS =
      TrainingOptions.builder()
          .epochs(3)
          .batch(16)
          .seed(7)
          .loaderThreads(1)
          .schedule(new Schedule.Constant(0.01))
          .build();

  private static final List<String> EVENTS =
      List.of(
          "org.residuum.TrainingStep",
          "org.residuum.Epoch",
          "org.residuum.Evaluation",
          "org.residuum.Checkpoint");

  @TempDir private Path temporary;
  private Device device;
  private FolderLock folder;
  private Path model;

  @BeforeEach
  void open() throws IOException {
    device = Devices.open("cpu");
    model = temporary.resolve("model");
    folder = FolderLock.ofModel(model);
  }

  @AfterEach
  void close() throws IOException {
    folder.close();
    device.close();
  }

  private static Dataset corners(int size) {
    SplittableRandom random = new SplittableRandom(size);
    float[][] values = new float[size][4];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i % 2;
      for (int f = 0; f < 4; f++) {
        values[i][f] = (float) random.nextGaussian() + (f == labels[i] ? 1 : 0);
      }
    }
    return Datasets.ofVectors(
        "corners", Shape.of(4), List.of("even", "odd, \"so\" \u2028хÅ"), values, labels);
  }

  private TrainingJob job(TrainingJob.Listener listener) throws IOException {
    StartingPoint start = StartingPoint.fresh("mlp:8x1", TRAINING, OPTIONS.seed());
    TrainingData data =
        new TrainingData(
            TRAINING, Optional.of(corners(20)), Optional.of(corners(24)), DatasetOptions.DEFAULTS);
    return new TrainingJob(device.backend(), data, start, listener);
  }

  private TrainingJob job() throws IOException {
    return job(TrainingJob.Listener.NONE).withEvents(model.resolve("tensorboard"));
  }

  /** Ends as a process does that is killed: nothing is saved any more. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  /** Kills a training after a step of an epoch, or at its end, after what it says. */
  private static final class Killing implements TrainingJob.Listener {
    private final int epoch;
    private final int step;
    private final List<Checkpoint> begun = new ArrayList<>();

    Killing(int epoch, int step) {
      this.epoch = epoch;
      this.step = step;
    }

    @Override
    public void step(TrainingStep done) {
      if (done.epoch() == epoch && done.step() == step) {
        throw new Killed();
      }
    }

    @Override
    public void begin(Checkpoint from) {
      begun.add(from);
    }

    @Override
    public void epochEnd(TrainingResult.EpochResult result) {
      if (result.epoch() == epoch) {
        throw new Killed();
      }
    }
  }

  private static List<NamedCsvRecord> csv(Path folder) throws IOException {
    try (CsvReader<NamedCsvRecord> reader =
        CsvReader.builder().ofNamedCsvRecord(folder.resolve("history.csv"))) {
      return reader.stream().toList();
    }
  }

  private static List<Integer> epochs(Path folder) throws IOException {
    List<Integer> epochs =
        csv(folder).stream().map(line -> Integer.valueOf(line.getField("epoch"))).toList();
    List<Double> others = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("history.jsonl"))) {
      others.add(number(line, "/epoch"));
    }
    assertEquals(epochs, others.stream().map(Double::intValue).toList());
    return epochs;
  }

  /** A number within a JSON text, which is read to its end. */
  private static double number(String json, String pointer) throws IOException {
    double found = Double.NaN;
    try (JsonParser all = new JsonFactory().createParser(json);
        JsonParser one =
            new FilteringParserDelegate(
                all,
                new JsonPointerBasedFilter(JsonPointer.compile(pointer)),
                TokenFilter.Inclusion.ONLY_INCLUDE_ALL,
                false)) {
      while (one.nextToken() != null) {
        found = one.getValueAsDouble(Double.NaN);
      }
    }
    return found;
  }

  private List<ReadEvents.Contents> events() throws IOException {
    List<ReadEvents.Contents> read = new ArrayList<>();
    for (Path file : EventFile.in(model.resolve("tensorboard"))) {
      read.add(ReadEvents.of(file));
    }
    return read;
  }

  private static List<Long> steps(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void eachEpochIsALineAndEachStepAnEvent() throws IOException {
    TrainingJob.Trained trained = job().run(OPTIONS, folder, false);
    assertEquals(List.of(1, 2, 3), epochs(model));
    List<String> json = Files.readAllLines(model.resolve("history.jsonl"));
    for (int i = 0; i < 3; i++) {
      TrainingResult.EpochResult epoch = trained.result().history().get(i);
      NamedCsvRecord line = csv(model).get(i);
      assertEquals(STEPS * (i + 1), Integer.parseInt(line.getField("steps")));
      assertEquals(epoch.trainLoss(), Double.parseDouble(line.getField("train_loss")));
      assertEquals(epoch.validation().loss(), Double.parseDouble(line.getField("validation_loss")));
      assertEquals(epoch.gradients().mean(), Double.parseDouble(line.getField("gradient_norm")));
      assertEquals(epoch.trainLoss(), number(json.get(i), "/train_loss"));
      TrainingResult.ParameterNorm norm = epoch.gradients().last().get(0);
      assertEquals(norm.gradient(), number(json.get(i), "/gradient_norms/" + norm.name()));
      assertEquals(norm.weight(), number(json.get(i), "/weight_norms/" + norm.name()));
      assertEquals(
          epoch.validation().confusion().recall(1), number(json.get(i), "/classes/1/recall"));
    }
    ReadEvents.Contents events = events().get(0);
    assertEquals(List.of(1L), events.starts());
    assertEquals(steps(1, 3 * STEPS), events.steps("step/loss"));
    assertEquals(List.of(4L, 8L, 12L), events.steps("epoch/validation_loss"));
    assertEquals(List.of(12L), events.steps("test/accuracy"));
    TrainingResult.EpochResult last = trained.result().lastResult();
    assertEquals((float) last.trainLoss(), events.numbers("epoch/train_loss").get(2));
    String name = "gradient_norm/" + last.gradients().last().get(0).name();
    assertEquals((float) last.gradients().last().get(0).gradient(), events.numbers(name).get(2));
    String settings = events.values().get(0).text();
    assertTrue(settings.contains("| --seed | 7 |"), settings);
  }

  @Test
  void aKilledTrainingGoesOnWithoutLinesMissingOrTwice() throws IOException {
    TrainingJob straight = job(TrainingJob.Listener.NONE);
    try (FolderLock other = FolderLock.ofModel(temporary.resolve("straight"))) {
      straight.run(OPTIONS, other, false);
    }
    TrainingOptions often =
        OPTIONS.toBuilder().loop(TrainingOptions.Loop.DEFAULTS.withCheckpointSeconds(0)).build();
    TrainingJob killed = job(new Killing(2, 4)).withEvents(model.resolve("tensorboard"));
    assertThrows(Killed.class, () -> killed.run(often, folder, false));
    assertEquals(List.of(1), epochs(model));
    Files.writeString(model.resolve("history.csv"), "3,", StandardOpenOption.APPEND);
    Files.writeString(model.resolve("history.jsonl"), "{\"epoch\":", StandardOpenOption.APPEND);

    Killing none = new Killing(0, 0);
    job(none).withEvents(model.resolve("tensorboard")).resume(OPTIONS, folder);
    assertEquals(List.of(1, 2, 3), epochs(model));
    Checkpoint from = none.begun.get(0);
    long done = (long) from.epoch() * STEPS + from.begun().steps();
    ReadEvents.Contents rest = events().get(1);
    assertEquals(List.of(done + 1), rest.starts());
    assertEquals(steps(done + 1, 3 * STEPS), rest.steps("step/loss"));
    assertTrue(events().get(0).steps("step/loss").containsAll(steps(1, done)));
    List<String> columns = List.of("epoch", "train_loss", "validation_loss", "gradient_norm");
    for (int i : IntStream.range(0, 3).toArray()) {
      for (String column : columns) {
        assertEquals(
            csv(temporary.resolve("straight")).get(i).getField(column),
            csv(model).get(i).getField(column),
            column);
      }
    }
  }

  /** The columns of a file are those that it began with. */
  @Test
  void historyOfAReplacedModelStaysUntilTheEndAndALongerOneHasAll() throws IOException {
    job().run(OPTIONS, folder, false);
    byte[] before = Files.readAllBytes(model.resolve("history.csv"));
    TrainingOptions two = OPTIONS.toBuilder().epochs(2).build();
    TrainingJob killed = job(new Killing(2, 0)).withEvents(model.resolve("tensorboard"));
    assertThrows(Killed.class, () -> killed.run(two, folder, true));
    assertArrayEquals(before, Files.readAllBytes(model.resolve("history.csv")));
    assertEquals(List.of(1, 2), epochs(model.resolve("unfinished")));
    job().resume(two, folder);
    assertEquals(List.of(1, 2), epochs(model));
    assertFalse(Files.exists(model.resolve("unfinished")));
    assertEquals(2, events().size());

    Path csv = model.resolve("history.csv");
    Files.writeString(csv, Files.readString(csv).replace("clipped_share", "another"));
    job().resume(OPTIONS, folder);
    assertEquals(List.of(1, 2, 3), epochs(model));
    assertEquals("", csv(model).get(2).getField("another"));
    assertEquals(List.of(9L), events().get(2).starts());
  }

  /** Killed before its first checkpoint, a training begins again beside what it told. */
  @Test
  void eventFilesOfTwoTrainingsAreNotMixed() throws IOException {
    Path named = temporary.resolve("events");
    TrainingJob killed = job(new Killing(1, 1)).withEvents(named);
    assertThrows(Killed.class, () -> killed.run(OPTIONS, folder, false));
    try (FolderLock other = FolderLock.ofModel(temporary.resolve("other"))) {
      assertThrows(TrainingException.class, () -> killed.run(OPTIONS, other, false));
    }
    TrainingJob job = job(TrainingJob.Listener.NONE).withEvents(named);
    job.run(OPTIONS, folder, false);
    assertEquals(2, EventFile.in(named).size());
    assertFalse(Files.exists(model.resolve("tensorboard")));
    String message =
        assertThrows(TrainingException.class, () -> job.run(OPTIONS, folder, true)).getMessage();
    assertTrue(message.startsWith("tensorboard " + named + ": it has"), message);
  }

  @Test
  void flightRecorderSeesStepsEpochsEvaluationsAndCheckpoints() throws IOException {
    Path file = temporary.resolve("recording.jfr");
    TrainingResult.EpochResult last;
    try (Recording recording = new Recording()) {
      EVENTS.forEach(recording::enable);
      recording.start();
      last = job(TrainingJob.Listener.NONE).run(OPTIONS, folder, false).result().lastResult();
      recording.stop();
      recording.dump(file);
    }
    job(TrainingJob.Listener.NONE).run(OPTIONS, folder, true); // After the end nothing is seen.
    Map<String, List<RecordedEvent>> seen =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> EVENTS.contains(event.getEventType().getName()))
            .collect(Collectors.groupingBy(event -> event.getEventType().getName()));
    List<RecordedEvent> steps = seen.get("org.residuum.TrainingStep");
    assertEquals(3 * STEPS, steps.size());
    RecordedEvent step = steps.get(3 * STEPS - 1);
    assertEquals("3 4", step.getInt("epoch") + " " + step.getInt("step"));
    assertEquals(16, step.getInt("images"));
    assertEquals(0.01, step.getDouble("learningRate"));
    assertTrue(step.getDouble("loss") > 0 && step.getDouble("gradientNorm") > 0);
    assertTrue(step.getDuration().compareTo(step.getDuration("waiting")) > 0);
    RecordedEvent epoch = seen.get("org.residuum.Epoch").get(2);
    assertEquals(last.trainLoss(), epoch.getDouble("trainLoss"));
    assertEquals(last.validation().loss(), epoch.getDouble("validationLoss"));
    assertEquals(STEPS, epoch.getInt("steps"));
    assertEquals(
        List.of(20, 20, 20, 24),
        seen.get("org.residuum.Evaluation").stream().map(one -> one.getInt("examples")).toList());
    RecordedEvent checkpoint = seen.get("org.residuum.Checkpoint").get(0);
    assertEquals(1, checkpoint.getInt("steps"));
    assertEquals(model.toString(), checkpoint.getString("folder"));
    assertFalse(checkpoint.getBoolean("failed"));
  }

  /** A folder in the place of the file. */
  @Test
  void aHistoryThatCannotBeWrittenEndsNothing() throws IOException {
    List<IOException> told = new ArrayList<>();
    TrainingJob.Listener listener =
        new TrainingJob.Listener() {
          @Override
          public void historyFailed(IOException cause) {
            told.add(cause);
          }

          @Override
          public void step(TrainingStep step) {
            try {
              Files.createDirectories(model.resolve("history.csv"));
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    assertFalse(job(listener).run(OPTIONS, folder, false).result().stopped());
    assertEquals(1, told.size());
  }
}
