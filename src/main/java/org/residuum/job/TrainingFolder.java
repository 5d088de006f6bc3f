package org.residuum.job;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.residuum.format.TrainingNotes;
import org.residuum.format.folder.SavedModel;
import org.residuum.format.folder.TrainingState;
import org.residuum.job.history.TrainingLog;
import org.residuum.network.Parameters;
import org.residuum.report.TrainingCurves;
import org.residuum.report.TrainingReport;
import org.residuum.text.Units;
import org.residuum.train.Checkpoint;
import org.residuum.train.Evaluation;
import org.residuum.train.TrainingOptions;
import org.residuum.train.TrainingResult;

/**
 * The folder that a training writes: its model, and on the way its checkpoints. Where a finished
 * model is there that it is to replace, that one stays until the training is at its end; all before
 * that goes to a folder within. Checkpoints are written by another thread while training goes on.
 */
final class TrainingFolder implements Checkpoint.Keeper, AutoCloseable {
  private static final String UNFINISHED = "unfinished";

  /** Within a model's folder, where the model is that of another epoch. */
  private static final String BEST = "best";

  private static final String LAST = "last";

  private final TrainingJob job;
  private final TrainingOptions options;
  private final TrainingCurves curves;
  private final Path path;
  private final Path unfinished;
  private final Map<String, String> data;
  private final TrainingLog log;
  private final BackgroundSaving background = new BackgroundSaving();
  private boolean overwrite;
  private Path saved;
  private Kept first;
  private boolean wasThere;
  private Kept latest;
  private Kept written;

  /** Whether the person knows that checkpoints fail. */
  private boolean complained;

  /** When the last one was begun, in {@link System#nanoTime}; the first one is due at once. */
  private OptionalLong begunAt = OptionalLong.empty();

  /** A checkpoint as it goes to files; the curves go on meanwhile. */
  private record Kept(Checkpoint checkpoint, SavedModel model, TrainingState state) {}

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
      boolean overwrite)
      throws IOException {
    this.job = job;
    this.options = options;
    this.curves = curves;
    this.path = path;
    this.unfinished = unfinished;
    this.overwrite = overwrite;
    data = SameTraining.describe(job.data(), job.start());
    log = new TrainingLog(path, unfinished, events(), job.listener()::historyFailed);
  }

  /** Those beside the model are beside its checkpoints until it is there. */
  private Path events() {
    return TrainingLog.eventsBeside(path).equals(job.events())
        ? TrainingLog.eventsBeside(unfinished)
        : job.events();
  }

  /** What the training tells in files. */
  TrainingLog log() {
    return log;
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
        TrainingLog.delete(within);
        deleteIfEmpty(within);
      }
    }
  }

  private static void deleteIfEmpty(Path folder) throws IOException {
    if (Files.isDirectory(folder) && SavedModel.isEmpty(folder)) {
      Files.delete(folder);
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
   * Checks, before the work, that there is room for two checkpoints: one stays until the next is
   * whole.
   *
   * @param bytes what a checkpoint takes at most
   * @throws TrainingException where there is not
   */
  void requireRoom(long bytes) throws IOException {
    Path existing = path.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    FileStore store = Files.getFileStore(existing);
    long wanted = SavedModel.isSavedModel(unfinished) ? bytes : 2 * bytes;
    if (store.getTotalSpace() > 0 && store.getUsableSpace() < wanted) {
      throw new TrainingException(
          "out "
              + path
              + ": "
              + Units.bytes(store.getUsableSpace())
              + " are free there, a checkpoint takes up to "
              + Units.bytes(bytes)
              + ", twice that while one replaces another; free some or name another place");
    }
  }

  /** Where the model was saved last. */
  Path saved() {
    return saved;
  }

  /**
   * Notes where the training begins or goes on.
   *
   * @param earlier where the checkpoint is
   */
  void begin(Checkpoint from, Path earlier) {
    first = kept(from);
    wasThere = SavedModel.isSavedModel(unfinished);
    long steps =
        (long) from.epoch() * options.stepsPerEpoch(job.training().size()) + from.begun().steps();
    log.begin(from.epoch(), steps, earlier, job.settings(options));
  }

  @Override
  public boolean wanted() {
    double seconds = options.loop().checkpointSeconds();
    return !background.isBusy()
        && (begunAt.isEmpty() || (System.nanoTime() - begunAt.getAsLong()) / 1e9 >= seconds);
  }

  /** Begins to save the state, unless that was done a moment ago. */
  @Override
  public void keep(Checkpoint checkpoint) {
    latest = kept(checkpoint);
    if (wanted()) {
      settle();
      Kept now = latest;
      begunAt = OptionalLong.of(System.nanoTime());
      log.flush();
      background.begin(() -> write(now));
    }
  }

  private Kept kept(Checkpoint checkpoint) {
    Parameters weights = checkpoint.model();
    return new Kept(
        checkpoint,
        job.model(
            weights, job.notes(options, checkpoint.epoch(), Evaluation.NONE, Evaluation.NONE)),
        Checkpoints.toState(checkpoint, weights, curves, data, options));
  }

  private void write(Kept checkpoint) throws IOException {
    Consumer<? super Boolean> ended = CheckpointRecorder.begin(checkpoint.checkpoint(), unfinished);
    boolean whole = false;
    try {
      save(unfinished, checkpoint.model(), checkpoint.state());
      written = checkpoint;
      whole = true;
    } finally {
      ended.accept(whole);
    }
  }

  /** Waits for the checkpoint that is being written; where it fails, training goes on. */
  private void settle() {
    try {
      background.settle();
    } catch (IOException e) {
      if (!complained) {
        job.listener().checkpointFailed(latest.checkpoint().epoch(), e);
      }
      complained = true;
    }
  }

  /** Waits until nothing is written any more. */
  @Override
  public void close() {
    settle();
    log.close();
  }

  /**
   * Saves the latest checkpoint, where something else than the training failed.
   *
   * @return that one; empty where there is none yet
   */
  Optional<Checkpoint> saveLatest() throws IOException {
    settle();
    if (latest != null && latest != written) {
      write(latest);
    }
    return Optional.ofNullable(latest).map(Kept::checkpoint);
  }

  /**
   * Saves what a training brought that is at its end, so that it can be made longer; the best and
   * the last epoch's model where they are two.
   *
   * @param chosen the one that is the model
   */
  void saveLast(TrainingResult result, Chosen chosen) throws IOException {
    settle();
    TrainingState state =
        Checkpoints.toState(result.checkpoint(), chosen.weights(), curves, data, options);
    for (String name : List.of(BEST, LAST)) {
      if (SavedModel.isSavedModel(path.resolve(name))) {
        SavedModel.delete(path.resolve(name));
      }
    }
    boolean isThere = SavedModel.isSavedModel(path);
    try {
      if (isThere) { // Before the model, which says that the training is at its end.
        saveOther(result, chosen);
      }
    } finally {
      saveOrRescue(path, model(chosen), Checkpoints.ended(state));
    }
    if (!isThere) {
      saveOther(result, chosen);
    }
    log.moveTo(path);
    if (!unfinished.equals(path)) {
      if (SavedModel.isSavedModel(unfinished)) {
        Files.deleteIfExists(unfinished.resolve(TrainingReport.FILE));
        SavedModel.delete(unfinished);
      }
      deleteIfEmpty(unfinished);
    }
  }

  /** Saves the best or the last epoch, whichever is not the model. */
  private void saveOther(TrainingResult result, Chosen chosen) throws IOException {
    Chosen last = Chosen.last(result);
    if (chosen.epoch() != last.epoch()) {
      model(last).save(path.resolve(LAST), false);
    } else if (result.best().epoch() > 0 && result.best().epoch() != last.epoch()) {
      model(Chosen.best(result)).save(path.resolve(BEST), false);
    }
  }

  /** Saves the last good weights of a training that cannot go on. */
  void saveDiverged(TrainingResult result) throws IOException {
    settle();
    saveOrRescue(unfinished, model(Chosen.last(result)), null);
  }

  /**
   * Leaves the folder as it was where a training diverged before it had brought an epoch.
   *
   * @return whether a checkpoint is there, from which it went on
   */
  boolean saveNothing() throws IOException {
    settle();
    Checkpoint from = first.checkpoint();
    boolean isThere = from.epoch() > 0 || from.begun().steps() > 0;
    if (written != null && wasThere) {
      write(first);
    } else if (written != null) {
      SavedModel.delete(unfinished);
    }
    return isThere;
  }

  /** Saves what a training brought that was stopped, so that it can go on. */
  void saveStopped(TrainingResult result) throws IOException {
    settle();
    Checkpoint reached = result.checkpoint();
    boolean isEvaluated = reached.begun().steps() == 0 && !result.history().isEmpty();
    TrainingNotes notes =
        job.notes(
            options,
            reached.epoch(),
            isEvaluated ? result.lastResult().validation() : Evaluation.NONE,
            Evaluation.NONE);
    saveOrRescue(unfinished, job.model(reached.model(), notes), kept(reached).state());
  }

  private SavedModel model(Chosen chosen) {
    return job.model(
        chosen.weights(), job.notes(options, chosen.epoch(), chosen.validation(), chosen.test()));
  }

  private void save(Path folder, SavedModel model, TrainingState state) throws IOException {
    model.save(folder, overwrite, state);
    Files.deleteIfExists(folder.resolve(TrainingReport.FILE)); // It tells of other weights.
    overwrite = true;
    complained = false;
    saved = folder;
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
