package org.residuum.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.residuum.backend.TrainingBackend;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.data.Dataset;
import org.residuum.data.source.DatasetOptions;
import org.residuum.format.TrainingNotes;
import org.residuum.format.folder.SavedModel;
import org.residuum.format.folder.TrainingState;
import org.residuum.network.Parameters;
import org.residuum.report.Machine;
import org.residuum.report.OptionsText;
import org.residuum.report.TrainingCurves;
import org.residuum.report.TrainingReport;
import org.residuum.train.Checkpoint;
import org.residuum.train.TrainingOptions;
import org.residuum.train.TrainingResult;

/**
 * The folder that a training writes: its model, and on the way its checkpoints. Where a finished
 * model is there that it is to replace, that one stays until the training is at its end; all before
 * that goes to a folder within.
 */
final class TrainingFolder {
  /** Checkpoints cost a file's write and sync; short epochs share one. */
  private static final double SECONDS_BETWEEN = 30;

  private static final String UNFINISHED = "unfinished";

  /**
   * What is trained, and how.
   *
   * @param curves the course so far, which checkpoints keep
   */
  record Run(
      TrainingBackend backend,
      Dataset training,
      DatasetOptions split,
      StartingPoint start,
      TrainingOptions options,
      TrainingCurves curves) {}

  private final Console console;
  private final Run run;
  private final Path path;
  private final Path unfinished;
  private boolean overwrite;
  private Path saved;
  private Checkpoint latest;
  private Checkpoint savedCheckpoint;

  /** Whether the person knows that checkpoints fail. */
  private boolean complained;

  private long savedAt = System.nanoTime();

  /**
   * The folder of one training.
   *
   * @param path where the model goes in the end
   * @param unfinished where it goes before that, see {@link #unfinished} and {@link #resumable}
   */
  TrainingFolder(Console console, Run run, Path path, Path unfinished, boolean overwrite) {
    this.console = console;
    this.run = run;
    this.path = path;
    this.unfinished = unfinished;
    this.overwrite = overwrite;
  }

  Path path() {
    return path;
  }

  /**
   * Keeps others out of a folder that is to be written, and clears what trainings left there that
   * were killed.
   *
   * @param name what the command line calls it, such as {@code --out}
   * @throws CommandFailure where another process writes there
   */
  static FolderLock lock(String name, Path path) throws IOException {
    FolderLock lock = FolderLock.of(name, path);
    try {
      clear(path);
      return lock;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static void clear(Path path) throws IOException {
    SavedModel.clearLeftovers(path);
    Path within = path.resolve(UNFINISHED);
    if (Files.isDirectory(within)) {
      SavedModel.clearLeftovers(within);
      if (!SavedModel.isSavedModel(within)) { // It was being removed.
        SavedModel.delete(within);
      }
    }
  }

  /** Where a training that starts keeps its work until its end. */
  static Path unfinished(Path path) {
    return SavedModel.isSavedModel(path) ? path.resolve(UNFINISHED) : path;
  }

  /** Whether there is an earlier training's work. */
  static boolean isThere(Path path) {
    return SavedModel.isSavedModel(resumable(path));
  }

  /** Where an earlier training kept its work. */
  static Path resumable(Path path) {
    Path within = path.resolve(UNFINISHED);
    return SavedModel.isSavedModel(within) ? within : path;
  }

  /**
   * Checks, before the work, what only saving would find.
   *
   * @throws CommandFailure where the data's classes cannot be kept with a model
   */
  void requireSavable() {
    try {
      model(run.start().parameters(), null).check();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.failed("--data: " + e.getMessage(), e);
    }
  }

  /** Where the model was saved last. */
  Path saved() {
    return saved;
  }

  /** Saves the state between two epochs, unless that was done a moment ago. */
  void checkpoint(Checkpoint checkpoint) {
    latest = checkpoint;
    if ((System.nanoTime() - savedAt) / 1e9 < SECONDS_BETWEEN) {
      return;
    }
    try {
      saveLatest();
    } catch (IOException e) {
      if (!complained) {
        console.say("no checkpoint after epoch %d: %s", checkpoint.epoch(), e.getMessage());
      }
      complained = true;
      savedAt = System.nanoTime(); // The next trial has time, too.
    }
  }

  /**
   * Saves the state after the last whole epoch, where something else than the training failed.
   *
   * @return that epoch, or 0 where there was none yet
   */
  int saveLatest() throws IOException {
    if (latest == null) {
      return 0;
    }
    if (latest != savedCheckpoint) {
      save(unfinished, model(latest.parameters(), notes(latest.epoch(), null)), state(latest));
      savedCheckpoint = latest;
    }
    return latest.epoch();
  }

  /** Saves what a training brought that is at its end. */
  void saveLast(TrainingResult result) throws IOException {
    TrainingResult.EpochResult last = result.lastResult();
    saveOrRescue(path, model(result.last(), notes(last.epoch(), last)), null);
    if (!unfinished.equals(path) && SavedModel.isSavedModel(unfinished)) {
      Files.deleteIfExists(unfinished.resolve(TrainingReport.FILE));
      SavedModel.delete(unfinished);
    }
  }

  /** Saves the last good weights of a training that cannot go on. */
  void saveDiverged(TrainingResult result) throws IOException {
    TrainingResult.EpochResult last = result.lastResult();
    saveOrRescue(unfinished, model(result.last(), notes(last.epoch(), last)), null);
  }

  /** Saves what a training brought that was stopped, so that it can go on. */
  void saveStopped(TrainingResult result) throws IOException {
    TrainingResult.EpochResult last = result.history().isEmpty() ? null : result.lastResult();
    Checkpoint checkpoint = result.checkpoint();
    TrainingState state = checkpoint.epoch() == 0 ? null : state(checkpoint);
    saveOrRescue(unfinished, model(result.last(), notes(checkpoint.epoch(), last)), state);
  }

  private TrainingState state(Checkpoint checkpoint) {
    return Checkpoints.toState(checkpoint, run.curves(), run.training(), run.options());
  }

  private SavedModel model(Parameters weights, TrainingNotes notes) {
    return new SavedModel(
        run.start().network(),
        weights,
        run.training().labels(),
        Optional.of(run.start().preprocessing()),
        Optional.ofNullable(notes));
  }

  private void save(Path folder, SavedModel model, TrainingState state) throws IOException {
    model.save(folder, overwrite, state);
    Files.deleteIfExists(folder.resolve(TrainingReport.FILE)); // It tells of other weights.
    overwrite = true;
    complained = false;
    saved = folder;
    savedAt = System.nanoTime();
  }

  /** What was learned goes to the folder for temporary files where its own takes it no more. */
  private void saveOrRescue(Path folder, SavedModel model, TrainingState state) throws IOException {
    try {
      save(folder, model, state);
    } catch (IOException e) {
      Path elsewhere = rescue(model, state, e);
      throw CommandFailure.failed(
          e.getMessage() + "; what was learned is in " + elsewhere + " instead", e);
    }
  }

  private static Path rescue(SavedModel model, TrainingState state, IOException cause)
      throws IOException {
    try {
      Path folder = Files.createTempDirectory("residuum").resolve("model");
      model.save(folder, false, state);
      return folder;
    } catch (IOException e) {
      cause.addSuppressed(e);
      throw cause;
    }
  }

  private TrainingNotes notes(int epochs, TrainingResult.EpochResult last) {
    return new TrainingNotes(
        console.commandLine(),
        new TrainingNotes.Data(run.training().name(), run.split().seed(), run.split().testShare()),
        run.start().name(),
        OptionsText.of(run.options()),
        new TrainingNotes.Result(
            epochs,
            last == null ? Double.NaN : last.test().top1(),
            last == null ? Double.NaN : last.test().loss()),
        run.backend().name() + ": " + run.backend().description(),
        Map.of("residuum", Machine.version()));
  }
}
