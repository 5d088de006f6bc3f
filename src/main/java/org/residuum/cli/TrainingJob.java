package org.residuum.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.residuum.backend.Backend;
import org.residuum.data.Dataset;
import org.residuum.format.model.SavedModel;
import org.residuum.train.DivergedException;
import org.residuum.train.EpochResult;
import org.residuum.train.Trainer;
import org.residuum.train.TrainingOptions;
import org.residuum.train.TrainingResult;

/** Trains, saves, reports: what {@code train} and {@code demo} have in common. */
final class TrainingJob {
  private final Console console;
  private final Backend backend;
  private final Dataset training;
  private final Dataset test;
  private final StartingPoint start;
  private final TrainingNotes split;

  TrainingJob(
      Console console,
      Backend backend,
      Dataset training,
      Dataset test,
      StartingPoint start,
      TrainingNotes split) {
    this.console = console;
    this.backend = backend;
    this.training = training;
    this.test = test;
    this.start = start;
    this.split = split;
  }

  /**
   * Trains and writes the model with its report into a folder.
   *
   * @throws CommandFailure where the loss became NaN or infinite, after the last good weights are
   *     saved
   */
  EpochResult run(TrainingOptions options, Path folder, boolean overwrite) throws IOException {
    SavedModel.checkTarget(folder, overwrite);
    introduce(options);
    long began = System.nanoTime();
    int stepsAnEpoch = training.size() / options.batch();
    TrainingCurves curves = new TrainingCurves(options.epochs() * stepsAnEpoch);
    TrainingResult result;
    try {
      result = train(options, curves);
    } catch (DivergedException e) {
      throw diverged(e, options, folder, overwrite);
    }
    save(result, options, folder, overwrite);
    Path report = folder.resolve("report.html");
    console.out("saved     %s", folder);
    try {
      new TrainingReport(console, backend, training, test, start, options)
          .write(result, curves, (System.nanoTime() - began) / 1e9, report);
      console.out("report    %s", report);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError | InternalError e) {
      throw CommandFailure.failed(
          "report: this Java cannot draw text ("
              + e
              + "); install fonts (Debian: apt install fontconfig fonts-dejavu-core)",
          e);
    }
    return result.lastResult();
  }

  private void introduce(TrainingOptions options) {
    console.out(
        "data      %s: %,d to train, %,d to test, %s, %d classes",
        training.name(),
        training.size(),
        test.size(),
        training.exampleShape(),
        training.labels().size());
    console.out("model     %s", InspectCommand.summary(start.network()));
    console.out("device    %s: %s", backend.name(), backend.description());
    console.out("training  %s", OptionsText.of(options));
  }

  private TrainingResult train(TrainingOptions options, TrainingCurves curves)
      throws IOException, DivergedException {
    try (EpochLines lines = new EpochLines(console, options, curves)) {
      return new Trainer(backend, start.network(), options)
          .listener(lines)
          .train(training, test, start.preprocessing(), start.parameters());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.failed(e.getMessage(), e);
    }
  }

  private CommandFailure diverged(
      DivergedException error, TrainingOptions options, Path folder, boolean overwrite)
      throws IOException {
    String remedy = String.format(Locale.ROOT, "lower --lr (it was %s)", options.schedule().peak());
    if (error.result().history().isEmpty()) {
      return CommandFailure.failed(error.getMessage() + ", nothing is saved; " + remedy, error);
    }
    save(error.result(), options, folder, overwrite);
    return CommandFailure.failed(
        error.getMessage() + ", saved in " + folder + "; " + remedy, error);
  }

  private void save(TrainingResult result, TrainingOptions options, Path folder, boolean overwrite)
      throws IOException {
    new SavedModel(
            start.network(),
            result.last(),
            training.labels(),
            start.preprocessing().toMap(),
            notes(result, options))
        .save(folder, overwrite);
  }

  private Map<String, String> notes(TrainingResult result, TrainingOptions options) {
    Map<String, String> notes = new LinkedHashMap<>();
    notes.put("command", console.commandLine());
    notes.put("data", training.name());
    notes.put("model", start.name());
    notes.put("options", OptionsText.of(options));
    notes.putAll(split.toMap());
    notes.put("epochs", String.valueOf(result.history().size()));
    notes.put("test_top1", String.valueOf(result.lastResult().test().top1()));
    notes.put("test_loss", String.valueOf(result.lastResult().test().loss()));
    notes.put("device", backend.name() + ": " + backend.description());
    notes.put("residuum", Version.text());
    return notes;
  }
}
