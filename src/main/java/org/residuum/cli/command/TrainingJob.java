package org.residuum.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.residuum.backend.TrainingBackend;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.ErrorText;
import org.residuum.cli.text.Interruption;
import org.residuum.cli.text.OutputFolder;
import org.residuum.data.Dataset;
import org.residuum.data.source.DatasetOptions;
import org.residuum.format.folder.SavedModel;
import org.residuum.report.EpochPoint;
import org.residuum.report.NetworkSummary;
import org.residuum.report.OptionsText;
import org.residuum.report.Outcome;
import org.residuum.report.TrainingCurves;
import org.residuum.report.TrainingReport;
import org.residuum.text.Units;
import org.residuum.train.Checkpoint;
import org.residuum.train.Trainer;
import org.residuum.train.TrainingOptions;
import org.residuum.train.TrainingResult;

/** Trains, saves, reports: what {@code train} and {@code demo} have in common. */
final class TrainingJob {
  /** What a saved model takes beside its weights: network, labels and the like. */
  private static final long OTHER_BYTES = 1 << 17;

  private final Console console;
  private final TrainingBackend backend;
  private final Dataset training;
  private final Dataset test;
  private final StartingPoint start;
  private final DatasetOptions split;
  private final String goOn;

  /**
   * A training.
   *
   * @param split how the data were split
   * @param goOn what to do after an interruption
   */
  TrainingJob(
      Console console,
      TrainingBackend backend,
      Dataset training,
      Dataset test,
      StartingPoint start,
      DatasetOptions split,
      String goOn) {
    this.console = console;
    this.backend = backend;
    this.training = training;
    this.test = test;
    this.start = start;
    this.split = split;
    this.goOn = goOn;
  }

  /**
   * Trains and writes the model with its report into a folder.
   *
   * @throws CommandFailure where the loss became NaN or infinite, or where the training was
   *     interrupted, after the last good weights are saved
   */
  TrainingResult.EpochResult run(TrainingOptions options, Path folder, boolean overwrite)
      throws IOException {
    SavedModel.checkTarget(folder, overwrite);
    TrainingCurves curves = curves(options);
    Checkpoint first = Checkpoint.start(start.parameters());
    Path unfinished = TrainingFolder.unfinished(folder);
    return run(options, first, curves, folder(options, curves, folder, unfinished, overwrite));
  }

  /** Goes on with the interrupted training in a folder. */
  TrainingResult.EpochResult resume(TrainingOptions options, Path folder) throws IOException {
    TrainingCurves curves = curves(options);
    Path unfinished = TrainingFolder.resumable(folder);
    Checkpoint checkpoint = Checkpoints.read(unfinished, start, training, options, curves);
    return run(options, checkpoint, curves, folder(options, curves, folder, unfinished, true));
  }

  private TrainingCurves curves(TrainingOptions options) {
    return new TrainingCurves(options.epochs() * options.stepsPerEpoch(training.size()));
  }

  private TrainingFolder folder(
      TrainingOptions options,
      TrainingCurves curves,
      Path path,
      Path unfinished,
      boolean overwrite) {
    TrainingFolder.Run run =
        new TrainingFolder.Run(backend, training, split, start, options, curves);
    return new TrainingFolder(console, run, path, unfinished, overwrite);
  }

  private TrainingResult.EpochResult run(
      TrainingOptions options, Checkpoint from, TrainingCurves curves, TrainingFolder folder)
      throws IOException {
    try (Interruption interruption = interruption(console)) {
      return run(options, from, curves, folder, interruption);
    } catch (Trainer.DivergedException e) {
      throw diverged(e, options, folder);
    }
  }

  private TrainingResult.EpochResult run(
      TrainingOptions options,
      Checkpoint from,
      TrainingCurves curves,
      TrainingFolder folder,
      Interruption interruption)
      throws IOException, Trainer.DivergedException {
    folder.requireSavable();
    OutputFolder.requireRoom(
        folder.path(), NetworkSummary.weightBytes(start.network()) + OTHER_BYTES);
    introduce(options, from);
    double earlier = curves.epochs().stream().mapToDouble(EpochPoint::seconds).sum();
    long began = System.nanoTime();
    TrainingResult result = trainOrKeep(options, from, curves, folder, interruption);
    if (result.stopped()) {
      folder.saveStopped(result);
    } else {
      folder.saveLast(result);
    }
    console.out("saved     %s", folder.saved());
    if (!result.history().isEmpty()) {
      double seconds = earlier + (System.nanoTime() - began) / 1e9;
      report(result, options, curves, seconds, folder.saved());
    }
    if (result.stopped()) {
      throw stopped(result, options, folder.saved());
    }
    Outcome.caution(result.lastResult(), training, test, options)
        .ifPresent(caution -> console.out("caution   %s", caution));
    return result.lastResult();
  }

  private static Interruption interruption(Console console) {
    return new Interruption(console, "this step ends, then what was learned is saved");
  }

  private void introduce(TrainingOptions options, Checkpoint from) {
    console.out(
        "data      %s: %,d to train, %,d to test, %s, %d classes",
        training.name(),
        training.size(),
        test.size(),
        training.exampleShape(),
        training.labels().size());
    console.out("model     %s", NetworkSummary.of(start.network()));
    console.out("device    %s: %s", backend.name(), backend.description());
    console.out("training  %s", OptionsText.of(options));
    long steps = options.stepsPerEpoch(training.size());
    long repeated = steps * options.batch() - training.size();
    if (repeated > 0) {
      console.out(
          "steps     %,d an epoch, the last filled up with %s of the next one",
          steps, Units.count(repeated, "example"));
    }
    if (from.epoch() > 0) {
      console.out("resumed   after epoch %d of %d", from.epoch(), options.epochs());
    }
  }

  /** What was learned stays where an example can no longer be read, or memory ends. */
  private TrainingResult trainOrKeep(
      TrainingOptions options,
      Checkpoint from,
      TrainingCurves curves,
      TrainingFolder folder,
      Interruption interruption)
      throws IOException, Trainer.DivergedException {
    try {
      return train(options, from, curves, folder, interruption);
    } catch (CommandFailure e) {
      throw e;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      int epoch = folder.saveLatest();
      if (epoch == 0) {
        throw e;
      }
      throw CommandFailure.failed(
          String.format(
              Locale.ROOT,
              "%s; epoch %d of %d is in %s, %s",
              ErrorText.of(e),
              epoch,
              options.epochs(),
              folder.saved(),
              goOn),
          e);
    }
  }

  private TrainingResult train(
      TrainingOptions options,
      Checkpoint from,
      TrainingCurves curves,
      TrainingFolder folder,
      Interruption interruption)
      throws IOException, Trainer.DivergedException {
    try (EpochLines lines = new EpochLines(console, options, curves)) {
      return new Trainer(backend, start.network(), options)
          .listener(lines)
          .stopWhen(interruption::asked)
          .checkpoints(folder::checkpoint)
          .train(training, test, start.preprocessing(), from);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.failed(e.getMessage(), e);
    }
  }

  private void report(
      TrainingResult result,
      TrainingOptions options,
      TrainingCurves curves,
      double seconds,
      Path folder)
      throws IOException {
    Path file = folder.resolve(TrainingReport.FILE);
    try {
      new TrainingReport(
              console.commandLine(),
              backend,
              training,
              test,
              start.network(),
              start.preprocessing(),
              options)
          .write(result, curves, seconds, file);
      console.out("report    %s", file);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError | InternalError e) {
      throw CommandFailure.failed(
          "report: this Java cannot draw text ("
              + e
              + "); install fonts (Debian: apt install fontconfig fonts-dejavu-core)",
          e);
    }
  }

  private CommandFailure diverged(
      Trainer.DivergedException error, TrainingOptions options, TrainingFolder folder)
      throws IOException {
    String remedy = String.format(Locale.ROOT, "lower --lr (it was %s)", options.schedule().peak());
    if (error.result().history().isEmpty() && error.result().checkpoint().epoch() > 0) {
      return CommandFailure.failed(
          error.getMessage() + " in " + folder.path() + " as they were; " + remedy, error);
    }
    if (error.result().history().isEmpty()) {
      return CommandFailure.failed(error.getMessage() + ", nothing is saved; " + remedy, error);
    }
    folder.saveDiverged(error.result());
    return CommandFailure.failed(
        error.getMessage() + ", saved in " + folder.saved() + "; " + remedy, error);
  }

  private CommandFailure stopped(TrainingResult result, TrainingOptions options, Path folder) {
    int epoch = result.checkpoint().epoch();
    return CommandFailure.interrupted(
        epoch == 0
            ? String.format(
                Locale.ROOT,
                "interrupted in the first epoch; the weights so far are in %1$s, train on from them"
                    + " with train --model %1$s",
                folder)
            : String.format(
                Locale.ROOT,
                "interrupted; epoch %d of %d is in %s, %s",
                epoch,
                options.epochs(),
                folder,
                goOn));
  }
}
