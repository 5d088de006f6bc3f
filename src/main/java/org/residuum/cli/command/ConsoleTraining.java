package org.residuum.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.residuum.Model;
import org.residuum.backend.TrainingBackend;
import org.residuum.cli.option.Models;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.ErrorText;
import org.residuum.cli.text.Interruption;
import org.residuum.cli.text.OptionNames;
import org.residuum.cli.text.Progress;
import org.residuum.data.Dataset;
import org.residuum.data.Task;
import org.residuum.job.Chosen;
import org.residuum.job.FinishedTraining;
import org.residuum.job.FolderLock;
import org.residuum.job.StartingPoint;
import org.residuum.job.TrainingData;
import org.residuum.job.TrainingException;
import org.residuum.job.TrainingJob;
import org.residuum.network.Architectures;
import org.residuum.network.Network;
import org.residuum.network.ResidualBlocks;
import org.residuum.report.Judged;
import org.residuum.report.NetworkSummary;
import org.residuum.report.OptionsText;
import org.residuum.report.Outcome;
import org.residuum.text.Units;
import org.residuum.train.Checkpoint;
import org.residuum.train.Evaluation;
import org.residuum.train.TaskFigures;
import org.residuum.train.TrainingListener;
import org.residuum.train.TrainingOptions;
import org.residuum.train.TrainingResult;

/**
 * A training that a person watches: a line an epoch, and a bar within each. {@code train} and
 * {@code demo} have it in common.
 */
final class ConsoleTraining implements TrainingJob.Listener {
  private final Console console;
  private final TrainingJob job;
  private final String goOn;
  private TrainingOptions options;
  private Interruption interruption;
  private Progress bar;

  private interface Work<T> {
    T train() throws IOException;
  }

  /**
   * A training.
   *
   * @param recipe its settings as a file; "" for none
   * @param goOn what to do after an interruption
   * @param events a folder for TensorBoard's files; null for none
   */
  ConsoleTraining(
      Console console,
      TrainingBackend backend,
      TrainingData data,
      StartingPoint start,
      String recipe,
      String goOn,
      Path events) {
    this.console = console;
    this.goOn = goOn;
    job = new TrainingJob(backend, data, start, console.commandLine(), recipe, this, events);
  }

  /**
   * A saved model to train on, or a fresh network for the data.
   *
   * @param model a name, a saved model's folder, or null for one that suits the data
   * @param shortcut null for the published one
   */
  static StartingPoint start(
      String model,
      ResidualBlocks.Shortcut shortcut,
      boolean identityBlocks,
      Dataset training,
      long seed)
      throws IOException {
    try {
      StartingPoint.requireClasses(training);
      if (model != null && Models.isPath(model)) {
        return StartingPoint.of(model, Models.saved(model), training);
      }
      String name = model == null ? StartingPoint.suited(training.exampleShape()) : model;
      Architectures.Request request =
          new Architectures.Request(training.exampleShape(), training.labels().size(), shortcut);
      Network network = Models.build(name, request);
      return StartingPoint.fresh(name, network, identityBlocks, training, seed);
    } catch (TrainingException e) {
      throw failed(e);
    }
  }

  /**
   * A pretrained model to start from; says what becomes of its last layer.
   *
   * @param name as it was typed
   */
  static StartingPoint pretrained(
      Console console, String name, Model model, Boolean keepsHead, Dataset training, long seed)
      throws IOException {
    try {
      StartingPoint start = StartingPoint.pretrained(name, model, training, keepsHead, seed);
      console.out(
          "init      %s: %s",
          name,
          start
              .freshHead()
              .map(
                  layer ->
                      String.format(
                          Locale.ROOT,
                          "a new last layer, %s, for %s in place of its %d",
                          layer,
                          told(training),
                          model.classes()))
              .orElse("its last layer is kept"));
      return start;
    } catch (TrainingException e) {
      throw failed(e);
    }
  }

  private static CommandFailure failed(TrainingException error) {
    return CommandFailure.failed(OptionNames.in(error.getMessage()), error);
  }

  /**
   * Trains and writes the model with its report into a folder.
   *
   * @throws CommandFailure where the loss became NaN or infinite, or where the training was
   *     interrupted, after the last good weights are saved
   */
  TrainingJob.Trained run(TrainingOptions chosen, FolderLock folder, boolean overwrite)
      throws IOException {
    options = chosen;
    return tell(() -> job.run(options, folder, overwrite));
  }

  /** Goes on with the training in a folder; one at its end may lack its report. */
  void resume(TrainingOptions chosen, FolderLock folder) throws IOException {
    options = chosen;
    Optional<FinishedTraining> finished = train(() -> job.finished(options, folder));
    if (finished.isPresent()) {
      tell(finished.get());
    } else {
      tell(() -> job.resume(options, folder));
    }
  }

  private void tell(FinishedTraining finished) throws IOException {
    int epochs = finished.epochs();
    console.out(
        "finished  after epoch %d of %d, nothing is left to be done; %s trains on",
        epochs,
        options.epochs(),
        epochs < options.epochs()
            ? "a longer --early-stop"
            : "--epochs of " + (epochs + 1) + " or more");
    train(finished::writeMissingReport).ifPresent(file -> console.out("report    %s", file));
  }

  private TrainingJob.Trained tell(Work<TrainingJob.Trained> work) throws IOException {
    try (Interruption listening =
        new Interruption(console, "this step ends, then what was learned is saved")) {
      interruption = listening;
      TrainingJob.Trained trained = train(work);
      TrainingResult result = trained.result();
      tell(result, trained.chosen());
      console.out("saved     %s", trained.folder());
      if (!result.history().isEmpty()) {
        console.out("report    %s", job.writeReport(trained));
      }
      if (result.stopped()) {
        throw stopped(result, trained.folder());
      }
      Optional<Judged> judged = job.judged(trained);
      judged
          .flatMap(
              by -> Outcome.caution(result.lastResult().trainLoss(), by, job.training(), options))
          .ifPresent(caution -> console.out("caution   %s", caution));
      return trained;
    }
  }

  private void tell(TrainingResult result, Chosen chosen) {
    if (!result.stopped() && result.best().epoch() > 0) {
      int last = result.lastResult().epoch();
      if (last < options.epochs()) {
        console.out(
            "ended     after epoch %d of %d: %s without a better validation %s",
            last,
            options.epochs(),
            Units.count(last - result.best().epoch(), "epoch"),
            options.validating().metric());
      }
      int best = result.best().epoch();
      console.out(
          "best      epoch %d by validation %s%s",
          best,
          options.validating().metric(),
          best == last
              ? ""
              : chosen.epoch() == best
                  ? ", which is the model; epoch " + last + " is in last/ within it"
                  : ", in best/ within the model of epoch " + last);
    }
    if (chosen != null && chosen.test().isThere()) {
      console.out(
          "test      loss %s  %s  of %s that took no part in the training",
          Units.decimal(chosen.test().loss(), 4),
          figures(chosen.test(), "top-1"),
          Units.count(chosen.test().examples(), "example"));
    }
  }

  private <T> T train(Work<T> work) throws IOException {
    try {
      return work.train();
    } catch (TrainingJob.CutShortException e) {
      throw CommandFailure.failed(
          ErrorText.of(e.getCause()) + "; " + e.kept() + ", " + goOn, e.getCause());
    } catch (TrainingJob.OtherSettingsException e) {
      throw CommandFailure.usage(OptionNames.in(e.getMessage()));
    } catch (TrainingException e) {
      throw failed(e);
    } finally {
      wipe();
    }
  }

  @Override
  public boolean stops() {
    return interruption.asked();
  }

  @Override
  public void begin(Checkpoint from) {
    console.out(
        "data      %s: %,d to train%s%s, %s, %s",
        job.training().name(),
        job.training().size(),
        sized(", %,d for validation", job.data().validation()),
        sized(", %,d to test", job.data().test()),
        job.training().exampleShape(),
        told(job.training()));
    console.out("model     %s", NetworkSummary.of(job.start().network()));
    tellFrozen();
    console.out("device    %s: %s", job.backend().name(), job.backend().description());
    console.out("training  %s", OptionsText.of(options));
    long steps = options.stepsPerEpoch(job.training().size());
    long repeated = steps * options.examplesPerStep() - job.training().size();
    if (repeated > 0) {
      console.out(
          "steps     %,d an epoch, the last filled up with %s of the next one",
          steps, Units.count(repeated, "example"));
    }
    if (from.epoch() > 0 || from.begun().steps() > 0) {
      console.out("resumed   after %s", place(from));
    }
  }

  private static String told(Dataset training) {
    int outputs = training.labels().size();
    return switch (training.task()) {
      case CLASSIFY -> outputs + " classes";
      case MULTILABEL -> Units.count(outputs, "label");
      case REGRESSION -> Units.count(outputs, "target");
    };
  }

  private String place(Checkpoint checkpoint) {
    return checkpoint.place(options, job.training().size());
  }

  private static String sized(String text, Optional<Dataset> part) {
    return part.map(data -> String.format(Locale.ROOT, text, data.size())).orElse("");
  }

  private void tellFrozen() {
    Network network = job.start().network();
    long trained = options.fineTuning().trained(network, 1);
    long all = network.parameterCount();
    if (trained < all) {
      console.out("trained   %,d of %,d parameters in the first epoch", trained, all);
    }
  }

  @Override
  public void checkpointFailed(int epoch, IOException cause) {
    console.say("no checkpoint after epoch %d: %s", epoch, cause.getMessage());
  }

  @Override
  public void historyFailed(IOException cause) {
    console.say("the training's history is not whole: %s", cause.getMessage());
  }

  @Override
  public void step(TrainingListener.TrainingStep step) {
    if (bar == null) {
      String task = "epoch " + step.epoch() + "/" + options.epochs();
      bar = console.progress(task, (long) step.steps() * options.examplesPerStep());
    }
    bar.at((long) step.step() * options.examplesPerStep());
    if (step.step() == step.steps()) {
      wipe();
    }
  }

  @Override
  public void evaluating(int done, int total) {
    if (bar == null) {
      bar = console.progress("evaluating", total);
    }
    bar.at(done);
  }

  @Override
  public void epochEnd(TrainingResult.EpochResult result) {
    wipe();
    console.out(
        "epoch %d/%d  loss %s%s%s  lr %s  %,.0f %s/s  %s",
        result.epoch(),
        options.epochs(),
        Units.decimal(result.trainLoss(), 4),
        Double.isNaN(result.trainAccuracy())
            ? ""
            : String.format(Locale.ROOT, "  train %.2f %%", 100 * result.trainAccuracy()),
        validated(result.validation()),
        Units.decimal(result.learningRate(), 5),
        result.imagesPerSecond(),
        job.training().task() == Task.CLASSIFY ? "images" : "examples",
        Units.seconds(result.trainSeconds() + result.validation().seconds()));
  }

  private static String validated(Evaluation validation) {
    return validation.isThere()
        ? String.format(
            Locale.ROOT,
            "  validation loss %s  %s",
            Units.decimal(validation.loss(), 4),
            figures(validation, "validation"))
        : "";
  }

  private static String figures(Evaluation evaluation, String top1) {
    return evaluation
        .figures()
        .map(TaskFigures::summary)
        .orElseGet(() -> String.format(Locale.ROOT, "%s %.2f %%", top1, 100 * evaluation.top1()));
  }

  private void wipe() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  private CommandFailure stopped(TrainingResult result, Path folder) {
    return CommandFailure.interrupted(
        String.format(
            Locale.ROOT, "interrupted; %s is in %s, %s", place(result.checkpoint()), folder, goOn));
  }
}
