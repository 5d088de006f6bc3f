package org.residuum.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.UpdateRule;
import org.residuum.data.Dataset;
import org.residuum.format.TrainingNotes;
import org.residuum.format.folder.SavedModel;
import org.residuum.job.history.TrainingLog;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.report.EpochPoint;
import org.residuum.report.Judged;
import org.residuum.report.Machine;
import org.residuum.report.NetworkSummary;
import org.residuum.report.OptionsText;
import org.residuum.report.TrainingCurves;
import org.residuum.report.TrainingReport;
import org.residuum.train.Checkpoint;
import org.residuum.train.Evaluation;
import org.residuum.train.Evaluator;
import org.residuum.train.Recipe;
import org.residuum.train.Trainer;
import org.residuum.train.TrainingListener;
import org.residuum.train.TrainingOptions;
import org.residuum.train.TrainingResult;
import org.slf4j.LoggerFactory;

/**
 * A training into a folder, which holds the model at its end and checkpoints before:
 *
 * <pre>{@code
 * try (FolderLock folder = FolderLock.ofModel(path)) {
 *   StartingPoint start = StartingPoint.fresh("resnet18", data.training(), seed);
 *   TrainingJob job = new TrainingJob(backend, data, start, TrainingJob.Listener.NONE);
 *   job.writeReport(job.run(options, folder, false));
 * }
 * }</pre>
 *
 * @param command what was typed, for those notes and the report; "" for nothing
 * @param recipe the settings as a file that {@link org.residuum.train.Recipe#read} reads, which is
 *     kept with the model; "" for none
 * @param events a folder for TensorBoard's files, {@code tensorboard} within the model's folder for
 *     example; null for none
 */
public record TrainingJob(
    TrainingBackend backend,
    TrainingData data,
    StartingPoint start,
    String command,
    String recipe,
    Listener listener,
    Path events) {
  /** What a saved model takes beside its weights: network, labels and the like. */
  private static final long OTHER_BYTES = 1 << 17;

  /** A training that nobody typed a command for. */
  public TrainingJob(
      TrainingBackend backend, TrainingData data, StartingPoint start, Listener listener) {
    this(backend, data, start, "", "", listener, null);
  }

  /** The same with TensorBoard's files in a folder; null for none. */
  public TrainingJob withEvents(Path folder) {
    return new TrainingJob(backend, data, start, command, recipe, listener, folder);
  }

  /** The same with settings that are kept with the model. */
  public TrainingJob with(Recipe settings) {
    return new TrainingJob(backend, data, start, command, settings.toString(), listener, events);
  }

  /** At most what a checkpoint takes: the model, the optimiser's state and other weights. */
  private long checkpointBytes(TrainingOptions options) {
    UpdateRule rule = options.rule();
    long moments =
        rule instanceof UpdateRule.AdamW
            ? 2
            : rule instanceof UpdateRule.Sgd sgd && sgd.momentum() > 0 ? 1 : 0;
    long trained = options.fineTuning().trained(start.network(), options.epochs());
    long weights = 1;
    weights += options.loop().ema() > 0 || options.averagedEpochs() > 1 ? 1 : 0;
    weights += data.validation().isPresent() ? 1 : 0; // Those of the best epoch.
    return weights * NetworkSummary.weightBytes(start.network())
        + moments * trained * Float.BYTES
        + OTHER_BYTES;
  }

  /** What it learns from. */
  public Dataset training() {
    return data.training();
  }

  /** Hears of the progress, on the thread that trains, and may stop it. */
  public interface Listener extends TrainingListener {
    /** Hears nothing and lets it train to its end. */
    Listener NONE = new Listener() {};

    /** All is checked and the training begins, or goes on from a checkpoint. */
    default void begin(Checkpoint from) {}

    /** Asked after each step; once it is true, the state is saved and training ends. */
    default boolean stops() {
      return false;
    }

    /** A checkpoint could not be written, for the first time in a row; the training goes on. */
    default void checkpointFailed(int epoch, IOException cause) {
      LoggerFactory.getLogger(TrainingJob.class)
          .warn("no checkpoint after epoch {}: {}", epoch, cause.getMessage());
    }

    /** What the training tells could not be written to a file; the training goes on. */
    default void historyFailed(IOException cause) {
      LoggerFactory.getLogger(TrainingJob.class)
          .warn("the training's history is not whole: {}", cause.getMessage());
    }
  }

  /**
   * A training at its end, or stopped.
   *
   * @param folder where the model is, which is within the one that was named where a training was
   *     stopped that was to replace a model
   * @param curves of all epochs, those before an interruption too
   * @param seconds likewise, evaluation included
   * @param chosen the epoch whose weights the model has, tested where the training was not stopped
   *     and there is a test part; null where no epoch was completed
   */
  public record Trained(
      TrainingResult result,
      TrainingOptions options,
      Path folder,
      TrainingCurves curves,
      double seconds,
      Chosen chosen) {}

  /** Something else than the training failed, and its latest checkpoint is saved. */
  public static final class CutShortException extends IOException {
    private static final long serialVersionUID = 1;

    private final String kept;

    CutShortException(String kept, Throwable cause) {
      super(cause.getMessage() + "; " + kept, cause);
      this.kept = kept;
    }

    /** For example {@code epoch 2 of 3 is in runs/pets}. */
    public String kept() {
      return kept;
    }
  }

  /** A training goes on only with the settings and data that it began with. */
  public static final class OtherSettingsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    OtherSettingsException(String message) {
      super(message);
    }
  }

  /** Whether a folder holds what an earlier training saved, at its end or before. */
  public static boolean isThere(Path folder) {
    return SavedModel.isSavedModel(TrainingFolder.resumable(folder));
  }

  /**
   * Trains and saves the model. One that is there already stays until the end.
   *
   * @param folder of {@link FolderLock#ofModel}
   * @param overwrite whether a saved model that is there may be replaced
   * @throws TrainingException where the loss became NaN or infinite, after the last good weights
   *     are saved, or where the folder has no room for the model
   * @throws CutShortException where something else failed after the first checkpoint
   */
  public Trained run(TrainingOptions options, FolderLock folder, boolean overwrite)
      throws IOException {
    Path path = folder.folder();
    SavedModel.checkTarget(path, overwrite);
    requireEventsFolder();
    requireNoEvents(path);
    TrainingCurves curves = curves(options);
    Path unfinished = TrainingFolder.unfinished(path);
    return run(
        Checkpoint.start(start.parameters()),
        unfinished,
        curves,
        new TrainingFolder(this, options, curves, path, unfinished, overwrite));
  }

  /**
   * Goes on with the interrupted training in a folder, to bitwise the weights of one that was never
   * interrupted. One at its end goes on as one of more epochs does after as many, so each later
   * step has the learning rate of that course, which may have another schedule; an average of the
   * last epochs begins anew. The model that is there stays until the end.
   *
   * @throws OtherSettingsException where the training in the folder had other options or data
   * @throws TrainingException as {@link #run}, or where there is nothing to go on with
   */
  public Trained resume(TrainingOptions options, FolderLock folder) throws IOException {
    requireEventsFolder();
    TrainingCurves curves = curves(options);
    Path path = folder.folder();
    Path there = TrainingFolder.resumable(path);
    Checkpoint from = Checkpoints.read(there, start, data, options, curves);
    Path unfinished =
        Checkpoints.isLonger(there, options) ? TrainingFolder.unfinished(path) : there;
    return run(
        from, there, curves, new TrainingFolder(this, options, curves, path, unfinished, true));
  }

  /**
   * The training in a folder, if it is at its end and had these very settings and data: nothing is
   * left to be learned.
   *
   * @throws OtherSettingsException as {@link #resume}
   */
  public Optional<FinishedTraining> finished(TrainingOptions options, FolderLock folder)
      throws IOException {
    Path there = TrainingFolder.resumable(folder.folder());
    return Checkpoints.isFinished(there, start, data, options)
        ? Optional.of(new FinishedTraining(this, options, there))
        : Optional.empty();
  }

  /** Finds, before the work, that there can be no folder of that name. */
  private void requireEventsFolder() throws TrainingException {
    Path existing = events == null ? Path.of("").toAbsolutePath() : events.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing)) {
      throw new TrainingException(
          "tensorboard "
              + events
              + ": "
              + existing
              + " is a file; name a folder, which may be new");
    }
  }

  /**
   * TensorBoard would show two trainings in a folder as one. One that was killed before its first
   * checkpoint begins again.
   */
  private void requireNoEvents(Path path) throws IOException {
    if (events != null
        && !events.equals(TrainingLog.eventsBeside(path))
        && (SavedModel.isSavedModel(path)
            ? TrainingLog.hasEvents(events)
            : TrainingLog.hasOthers(events, path))) {
      throw new TrainingException(
          "tensorboard "
              + events
              + ": it has the event files of another training; name a new folder, for example one"
              + " within it");
    }
  }

  /** What a page about the training says of it. */
  Map<String, String> settings(TrainingOptions options) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("command", command);
    settings.put("data", training().name());
    settings.put("model", NetworkSummary.of(start.network()));
    settings.put("device", backend.name() + ": " + backend.description());
    settings.putAll(OptionsText.byOption(options));
    return settings;
  }

  TrainingCurves curves(TrainingOptions options) {
    return new TrainingCurves(options.epochs() * options.stepsPerEpoch(training().size()));
  }

  private Trained run(Checkpoint from, Path earlier, TrainingCurves curves, TrainingFolder folder)
      throws IOException {
    requireSavable();
    folder.requireRoom(checkpointBytes(folder.options()));
    listener.begin(from);
    double before = curves.epochs().stream().mapToDouble(EpochPoint::seconds).sum();
    double begun = from.begun().seconds();
    long began = System.nanoTime();
    TrainingResult result;
    Chosen chosen;
    try (folder) {
      folder.begin(from, earlier);
      result = trainOrKeep(from, curves, folder);
      if (result.stopped()) {
        folder.saveStopped(result);
        chosen = result.history().isEmpty() ? null : Chosen.last(result);
      } else {
        chosen = testAndSave(result, folder);
      }
    }
    double seconds = before + begun + (System.nanoTime() - began) / 1e9;
    return new Trained(result, folder.options(), folder.saved(), curves, seconds, chosen);
  }

  /** What was learned is saved, too, where the test part cannot be measured. */
  private Chosen testAndSave(TrainingResult result, TrainingFolder folder) throws IOException {
    TrainingOptions options = folder.options();
    Chosen chosen = options.validating().keepsBest() ? Chosen.best(result) : Chosen.last(result);
    try {
      chosen = measured(chosen, options);
      folder.log().tested(chosen.test());
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      folder.saveLast(result, chosen);
      throw new CutShortException("the model is in " + folder.saved() + ", not tested", e);
    }
    folder.saveLast(result, chosen);
    return chosen;
  }

  /** The same with how its weights do, as far as that is not known. */
  Chosen measured(Chosen chosen, TrainingOptions options) throws IOException {
    Evaluation validation =
        chosen.validation().isThere()
            ? chosen.validation()
            : measure(data.validation(), chosen.weights(), options);
    return chosen.with(validation, measure(data.test(), chosen.weights(), options));
  }

  private Evaluation measure(Optional<Dataset> part, Parameters weights, TrainingOptions options)
      throws IOException {
    if (part.isEmpty()) {
      return Evaluation.NONE;
    }
    int batch = options.batch();
    Network network = start.network();
    try (Evaluator evaluator =
            new Evaluator(
                part.get(),
                start.preprocessing(),
                start.outputs(),
                batch,
                options.loaderThreads());
        Plan plan =
            backend.compile(
                network, weights, evaluator.fed(network, CompileOptions.batch(batch)))) {
      return evaluator.evaluate(plan, listener::evaluating);
    }
  }

  /** Finds, before the work, what only saving would: classes that cannot be kept with a model. */
  private void requireSavable() throws TrainingException {
    try {
      model(start.parameters(), null).check();
    } catch (IllegalArgumentException e) {
      throw new TrainingException("data: " + e.getMessage(), e);
    }
  }

  /** What was learned stays where an example can no longer be read, or memory ends. */
  private TrainingResult trainOrKeep(Checkpoint from, TrainingCurves curves, TrainingFolder folder)
      throws IOException {
    try {
      return new Trainer(backend, start.network(), folder.options())
          .outputs(start.outputs())
          .listener(heard(curves, folder.log()))
          .stopWhen(listener::stops)
          .checkpoints(folder)
          .train(training(), data.validation().orElse(null), start.preprocessing(), from);
    } catch (Trainer.DivergedException e) {
      throw diverged(e, folder);
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      Optional<Checkpoint> kept = folder.saveLatest();
      if (kept.isEmpty()) {
        throw e;
      }
      String place = kept.get().place(folder.options(), training().size());
      throw new CutShortException(place + " is in " + folder.saved(), e);
    }
  }

  private TrainingListener heard(TrainingCurves curves, TrainingLog log) {
    return new TrainingListener() {
      @Override
      public void step(TrainingStep step) {
        curves.add(step);
        log.step(step);
        listener.step(step);
      }

      @Override
      public void evaluating(int done, int total) {
        listener.evaluating(done, total);
      }

      @Override
      public void epochEnd(TrainingResult.EpochResult result) {
        curves.add(result);
        log.epoch(result);
        listener.epochEnd(result);
      }
    };
  }

  private static TrainingException diverged(Trainer.DivergedException error, TrainingFolder folder)
      throws IOException {
    TrainingResult result = error.result();
    String kept;
    if (!result.history().isEmpty()) {
      folder.saveDiverged(result);
      kept = ", saved in " + folder.saved();
    } else {
      kept = folder.saveNothing() ? " in " + folder.path() + " as they were" : ", nothing is saved";
    }
    double peak = folder.options().schedule().peak();
    return new TrainingException(
        String.format(Locale.ROOT, "%s%s; lower lr (it was %s)", error.getMessage(), kept, peak),
        error);
  }

  /**
   * Writes a page with curves and mistakes beside the model.
   *
   * @param trained with one epoch at least
   * @return its file
   */
  public Path writeReport(Trained trained) throws IOException {
    Path file = trained.folder().resolve(TrainingReport.FILE);
    report(trained.options(), judged(trained)).write(trained.curves(), trained.seconds(), file);
    return file;
  }

  TrainingReport report(TrainingOptions options, Optional<Judged> judged) {
    return new TrainingReport(
            command,
            backend,
            data.training(),
            judged,
            start.network(),
            start.preprocessing(),
            options)
        .recipe(recipe);
  }

  /** How the model does: on the test part, else on the validation part. */
  public Optional<Judged> judged(Trained trained) {
    return judged(trained.chosen());
  }

  Optional<Judged> judged(Chosen model) {
    return Judged.of("test", data.test(), model.epoch(), model.test())
        .or(() -> Judged.of("validation", data.validation(), model.epoch(), model.validation()));
  }

  SavedModel model(Parameters weights, TrainingNotes notes) {
    return new SavedModel(
        start.network(),
        weights,
        training().labels(),
        Optional.of(start.preprocessing()),
        Optional.ofNullable(notes),
        start.outputs());
  }

  /** What is noted about the model after so many epochs. */
  TrainingNotes notes(TrainingOptions options, int epochs, Evaluation validation, Evaluation test) {
    return new TrainingNotes(
        command,
        new TrainingNotes.Data(
            training().name(),
            new TrainingNotes.Split(
                data.split().seed(),
                data.split().testShare(),
                data.split().validationShare(),
                data.split().groupBy())),
        start.name(),
        OptionsText.of(options),
        new TrainingNotes.Result(epochs, score(validation), score(test)),
        backend.name() + ": " + backend.description(),
        recipe.isEmpty()
            ? Map.of("residuum", Machine.version())
            : Map.of("residuum", Machine.version(), TrainingNotes.RECIPE, recipe));
  }

  private static TrainingNotes.Score score(Evaluation evaluation) {
    return new TrainingNotes.Score(evaluation.top1(), evaluation.loss());
  }
}
