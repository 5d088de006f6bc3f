package org.residuum.job;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.residuum.format.folder.SavedModel;
import org.residuum.format.folder.TrainingState;
import org.residuum.report.TrainingCurves;
import org.residuum.report.TrainingReport;
import org.residuum.text.Units;
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

  private final TrainingJob job;
  private final TrainingOptions options;
  private final TrainingCurves curves;
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
   * @param curves the course so far, which checkpoints keep
   * @param path where the model goes in the end
   * @param unfinished where it goes before that, see {@link #unfinished} and {@link #resumable}
   */
  TrainingFolder(
      TrainingJob job,
      TrainingOptions options,
      TrainingCurves curves,
      Path path,
      Path unfinished,
      boolean overwrite) {
    this.job = job;
    this.options = options;
    this.curves = curves;
    this.path = path;
    this.unfinished = unfinished;
    this.overwrite = overwrite;
  }

  Path path() {
    return path;
  }

  TrainingOptions options() {
    return options;
  }

  /** Clears what trainings left there that were killed; nobody else may be writing there. */
  static void clear(Path path) throws IOException {
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

  /** Where an earlier training kept its work. */
  static Path resumable(Path path) {
    Path within = path.resolve(UNFINISHED);
    return SavedModel.isSavedModel(within) ? within : path;
  }

  /**
   * Checks, before the work, that there is room.
   *
   * @throws TrainingException where there is not
   */
  void requireRoom(long bytes) throws IOException {
    Path existing = path.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    FileStore store = Files.getFileStore(existing);
    if (store.getTotalSpace() > 0 && store.getUsableSpace() < bytes) {
      throw new TrainingException(
          "out "
              + path
              + ": "
              + Units.bytes(store.getUsableSpace())
              + " are free there, the model takes "
              + Units.bytes(bytes)
              + "; free some or name another place");
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
        job.listener().checkpointFailed(checkpoint.epoch(), e);
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
      save(
          unfinished,
          job.model(latest.parameters(), job.notes(options, latest.epoch(), null)),
          state(latest));
      savedCheckpoint = latest;
    }
    return latest.epoch();
  }

  /** Saves what a training brought that is at its end. */
  void saveLast(TrainingResult result) throws IOException {
    TrainingResult.EpochResult last = result.lastResult();
    saveOrRescue(path, model(result, last.epoch(), last), null);
    if (!unfinished.equals(path) && SavedModel.isSavedModel(unfinished)) {
      Files.deleteIfExists(unfinished.resolve(TrainingReport.FILE));
      SavedModel.delete(unfinished);
    }
  }

  /** Saves the last good weights of a training that cannot go on. */
  void saveDiverged(TrainingResult result) throws IOException {
    TrainingResult.EpochResult last = result.lastResult();
    saveOrRescue(unfinished, model(result, last.epoch(), last), null);
  }

  /** Saves what a training brought that was stopped, so that it can go on. */
  void saveStopped(TrainingResult result) throws IOException {
    TrainingResult.EpochResult last = result.history().isEmpty() ? null : result.lastResult();
    Checkpoint checkpoint = result.checkpoint();
    TrainingState state = checkpoint.epoch() == 0 ? null : state(checkpoint);
    saveOrRescue(unfinished, model(result, checkpoint.epoch(), last), state);
  }

  private TrainingState state(Checkpoint checkpoint) {
    return Checkpoints.toState(checkpoint, curves, job.training(), options);
  }

  private SavedModel model(TrainingResult result, int epochs, TrainingResult.EpochResult last) {
    return job.model(result.last(), job.notes(options, epochs, last));
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
      throw new IOException(
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
}
