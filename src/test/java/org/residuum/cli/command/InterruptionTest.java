package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.cli.Main;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.cli.text.Interruption;
import org.residuum.format.folder.SavedModel;

/**
 * Processes that train and are told to end. They get SIGTERM, which {@link Interruption} treats as
 * Ctrl-C: a build in the background ignores SIGINT, and its children with it.
 */
@EnabledOnOs({OS.LINUX, OS.MAC})
final class InterruptionTest {
  private static final int EPOCHS = 30;

  @TempDir private Path folder;
  private Path pictures;
  private Process process;

  @BeforeEach
  void draw() throws IOException {
    pictures = SmallData.pictures(folder);
  }

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private Object[] arguments(Path out, Object... more) {
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(List.of("train", "--data", "folder:" + pictures, "--batch", 16));
    arguments.addAll(List.of("--epochs", EPOCHS, "--seed", 3, "--out", out));
    arguments.addAll(List.of(more));
    return arguments.toArray();
  }

  private void start(Object... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Reads on until a line starts so. */
  private static void await(BufferedReader lines, String start) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(start)) {
        return;
      }
    }
    throw new AssertionError("the process ended before it said " + start);
  }

  private int exitCode() throws InterruptedException {
    assertTrue(process.waitFor(10, TimeUnit.MINUTES), "still running after ten minutes");
    return process.exitValue();
  }

  @Test
  void interruptedTrainingKeepsItsLastEpochAndGoesOnToTheSameWeights() throws Exception {
    Path out = folder.resolve("model");
    start(arguments(out, "--model", "resnet8", "--device", "cpu"));
    try (BufferedReader lines = process.inputReader()) {
      await(lines, "epoch 2/" + EPOCHS);
      process.toHandle().destroy();
      await(lines, "interrupted: ");
      await(lines, "residuum: interrupted; epoch ");
    }
    assertEquals(ExitCode.INTERRUPTED, exitCode());
    assertTrue(SavedModel.load(out).training().orElseThrow().result().epochs() >= 2);
    assertTrue(SavedModel.loadState(out).isPresent());
    assertTrue(Files.size(out.resolve("report.html")) > 0);
    assertNothingHalfWritten();

    Terminal other =
        Terminal.run(
            arguments(out, "--model", "resnet8", "--device", "cpu", "--resume", "--clip", 1));
    assertTrue(
        other
            .expect(ExitCode.USAGE)
            .err()
            .contains("--resume: --clip was 0 for " + out + ", now it is 1"));

    kill(arguments(out, "--model", "resnet8", "--device", "cpu", "--resume"));
    Terminal resumed =
        Terminal.run(arguments(out, "--model", "resnet8", "--device", "cpu", "--resume"))
            .expect(ExitCode.OK);
    assertTrue(resumed.out().contains("resumed   after epoch "), resumed.out());
    assertNothingHalfWritten();
    Path straight = folder.resolve("straight");
    Terminal.run(arguments(straight, "--model", "resnet8", "--device", "cpu")).expect(ExitCode.OK);
    assertArrayEquals(weights(straight), weights(out));
    assertEquals(EPOCHS, epochsIn(straight));
    assertEquals(EPOCHS, epochsIn(out), "the report tells of the epochs before too");

    Terminal ended =
        Terminal.run(arguments(out, "--model", "resnet8", "--device", "cpu", "--resume"))
            .expect(ExitCode.OK);
    assertTrue(ended.out().contains("finished  after epoch 30 of 30, nothing is "), ended.out());
  }

  /** Ends a training by SIGKILL, in its midst. */
  private void kill(Object... arguments) throws IOException, InterruptedException {
    start(arguments);
    try (BufferedReader lines = process.inputReader()) {
      await(lines, "epoch ");
      process.destroyForcibly();
      exitCode();
    }
  }

  /** Rows of the table of epochs. */
  private static long epochsIn(Path model) throws IOException {
    String report = Files.readString(model.resolve("report.html"));
    String table = report.substring(report.indexOf("<h2>Epochs"), report.indexOf("<h2>How"));
    return table.split("<tr>", -1).length - 2L;
  }

  @Test
  void modelThatIsToBeReplacedStaysUntilTheTrainingIsAtItsEnd() throws Exception {
    Path out = SmallData.train(pictures, folder.resolve("model"));
    byte[] before = weights(out);
    Object[] train = arguments(out, "--model", "resnet8", "--device", "cpu", "--overwrite");
    start(train);
    try (BufferedReader lines = process.inputReader()) {
      await(lines, "epoch 2/" + EPOCHS);
      process.toHandle().destroy();
      await(lines, "residuum: interrupted; epoch ");
    }
    assertEquals(ExitCode.INTERRUPTED, exitCode());
    assertArrayEquals(before, weights(out));
    assertTrue(SavedModel.loadState(out.resolve("unfinished")).isPresent());

    Terminal.run(arguments(out, "--model", "resnet8", "--device", "cpu", "--resume"))
        .expect(ExitCode.OK);
    assertEquals("resnet8", SavedModel.load(out).network().name());
    assertEquals(EPOCHS, epochsIn(out));
    assertFalse(Files.exists(out.resolve("unfinished")), "it is finished");
  }

  private static byte[] weights(Path model) throws IOException {
    return Files.readAllBytes(model.resolve("model.safetensors"));
  }

  /** A step of the reference backend takes seconds. */
  @Test
  void secondInterruptEndsAtOnceAndLeavesWhatWasThere() throws Exception {
    Path out = SmallData.train(pictures, folder.resolve("model"));
    byte[] before = weights(out);
    start(arguments(out, "--overwrite", "--model", "resnet20", "--device", "reference"));
    try (BufferedReader lines = process.inputReader()) {
      await(lines, "training ");
      process.toHandle().destroy();
      await(lines, "interrupted: ");
      process.toHandle().destroy();
      assertEquals(ExitCode.INTERRUPTED, exitCode());
    }
    assertArrayEquals(before, weights(out));
    assertNothingHalfWritten();
  }

  @Test
  void interruptedPredictionKeepsItsRowsUnderAnotherName() throws Exception {
    Path model = SmallData.train(pictures, folder.resolve("model"));
    Path out = folder.resolve("rows.csv");
    List<Object> predict = new ArrayList<>();
    predict.addAll(List.of("predict", "--model", model, "--device", "cpu", "--out", out, "--data"));
    predict.addAll(Collections.nCopies(2000, pictures));
    start(predict.toArray());
    try (BufferedReader lines = process.inputReader()) {
      while (process.isAlive() && !isBeingWritten()) {
        Thread.sleep(20);
      }
      process.toHandle().destroy();
      await(lines, "interrupted: ");
      await(lines, "residuum: interrupted after ");
    }
    assertEquals(ExitCode.INTERRUPTED, exitCode());
    assertFalse(Files.exists(out));
    List<String> rows = Files.readAllLines(folder.resolve("rows.csv.part"));
    assertEquals("file,label,probability,error", rows.get(0));
    assertTrue(rows.size() < 2000 * SmallData.PICTURES, rows.size() + " rows");
    assertTrue(rows.get(rows.size() - 1).matches(".*,\\d,[01]\\.\\d{6},"), "the last is whole");
    assertNothingHalfWritten();
  }

  private boolean isBeingWritten() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> path.getFileName().toString().equals("rows.csv.part"))
          .anyMatch(path -> path.toFile().length() > 0);
    }
  }

  private void assertNothingHalfWritten() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      assertEquals(
          List.of(),
          entries.filter(path -> path.getFileName().toString().startsWith(".")).toList());
    }
  }

  @Test
  void resumingNothingStartsAndSaysSo() throws IOException {
    Path out = folder.resolve("none");
    Object[] once = {
      "train",
      "--data",
      "folder:" + pictures,
      "--batch",
      16,
      "--epochs",
      1,
      "--model",
      "mlp:4x1",
      "--device",
      "cpu",
      "--out",
      out,
      "--resume"
    };
    Terminal first = Terminal.run(once).expect(ExitCode.OK);
    assertTrue(first.out().contains("nothing is in " + out + " yet"), first.out());
    Terminal again = Terminal.run(once).expect(ExitCode.OK);
    assertTrue(again.out().contains("finished  after epoch 1 of 1, "), again.out());
    Files.writeString(Files.createDirectory(folder.resolve("other")).resolve("notes.txt"), "mine");
    once[once.length - 2] = folder.resolve("other");
    Terminal.run(once).expect(ExitCode.FAILED);
  }
}
