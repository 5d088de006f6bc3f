package org.residuum.job;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.residuum.backend.TrainingSession;
import org.residuum.format.folder.SavedModel;
import org.residuum.format.folder.TrainingState;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;
import org.residuum.report.OptionsText;
import org.residuum.report.TrainingCurves;
import org.residuum.text.Units;
import org.residuum.train.Checkpoint;
import org.residuum.train.TrainingOptions;

/** Checkpoints of trainings as files, and back. */
final class Checkpoints {
  /** Where the model has others: an average. */
  private static final String WEIGHTS = "weights.";

  private static final String FIRST = "first.";
  private static final String SECOND = "second.";
  private static final String MEAN = "mean.";
  private static final String MODEL = "model";
  private static final String AVERAGE = "average.";
  private static final String BEST = "best.";
  private static final String HISTORY = "history.";
  private static final String EPOCH = "epoch";
  private static final String EPOCHS = "--epochs";

  /** What a longer training may have otherwise. */
  private static final List<String> COURSE =
      List.of(EPOCHS, "--schedule", "--early-stop", "--metric", "--keep");

  private static final String ENDED = "ended";
  private static final String BEST_EPOCH = "best epoch";
  private static final String BEST_SCORE = "best score";
  private static final String BEST_LOSS = "best loss";

  private static final String AVERAGED = "average epochs";
  private static final String BEGUN_STEPS = "begun steps";
  private static final String BEGUN_LOSS = "begun loss";
  private static final String BEGUN_RIGHT = "begun right";
  private static final String BEGUN_SECONDS = "begun seconds";
  private static final String BEGUN_WAITING = "begun waiting seconds";
  private static final String BEGUN_NORMS = "begun norms";
  private static final String BEGUN_CLIPPED = "begun clipped";
  private static final String STEPS = "steps";

  private Checkpoints() {}

  /**
   * All of a checkpoint but the weights that the model has, the course up to it, and the facts that
   * a resumed training must share.
   *
   * @param model the weights that are saved beside
   * @param data of {@link SameTraining#describe}
   */
  static TrainingState toState(
      Checkpoint checkpoint,
      Parameters model,
      TrainingCurves curves,
      Map<String, String> data,
      TrainingOptions options) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> facts = new LinkedHashMap<>();
    if (checkpoint.parameters() != model) {
      add(tensors, WEIGHTS, checkpoint.parameters());
    }
    add(tensors, FIRST, checkpoint.optimizer().first());
    add(tensors, SECOND, checkpoint.optimizer().second());
    if (checkpoint.optimizer().mean() == model) {
      facts.put(MEAN, MODEL);
    } else {
      add(tensors, MEAN, checkpoint.optimizer().mean());
    }
    add(tensors, AVERAGE, checkpoint.average().weights());
    if (checkpoint.best().weights() != checkpoint.parameters()) {
      add(tensors, BEST, checkpoint.best().weights());
    }
    add(tensors, HISTORY, curves.soFar());
    facts.put(EPOCH, String.valueOf(checkpoint.epoch()));
    facts.put(AVERAGED, String.valueOf(checkpoint.average().epochs()));
    put(facts, checkpoint.begun());
    put(facts, checkpoint.best());
    facts.put(STEPS, String.valueOf(checkpoint.optimizer().steps()));
    facts.putAll(data);
    facts.putAll(OptionsText.byOption(options));
    return new TrainingState(new Parameters(tensors), facts);
  }

  private static void put(Map<String, String> facts, Checkpoint.Best best) {
    if (best.epoch() > 0) {
      facts.put(BEST_EPOCH, String.valueOf(best.epoch()));
      facts.put(BEST_SCORE, String.valueOf(best.score()));
      facts.put(BEST_LOSS, String.valueOf(best.loss()));
    }
  }

  private static void put(Map<String, String> facts, Checkpoint.EpochSoFar begun) {
    facts.put(BEGUN_STEPS, String.valueOf(begun.steps()));
    facts.put(BEGUN_LOSS, String.valueOf(begun.lossSum()));
    facts.put(BEGUN_RIGHT, String.valueOf(begun.right()));
    facts.put(BEGUN_SECONDS, String.valueOf(begun.seconds()));
    facts.put(BEGUN_WAITING, String.valueOf(begun.waitingSeconds()));
    facts.put(BEGUN_NORMS, String.valueOf(begun.normSum()));
    facts.put(BEGUN_CLIPPED, String.valueOf(begun.clipped()));
  }

  private static void add(Map<String, Tensor> tensors, String prefix, Parameters parameters) {
    parameters.asMap().forEach((name, tensor) -> tensors.put(prefix + name, tensor));
  }

  /** The same state, of a training that has come to its end, maybe early. */
  static TrainingState ended(TrainingState state) {
    Map<String, String> facts = new LinkedHashMap<>(state.facts());
    facts.put(ENDED, "true");
    return new TrainingState(state.tensors(), facts);
  }

  /**
   * Whether the training in a folder is at its end, and options ask for more epochs than it had.
   */
  static boolean isLonger(Path folder, TrainingOptions options) throws IOException {
    Optional<TrainingState> state = SavedModel.loadState(folder);
    return state.isPresent()
        && isAtItsEnd(state.get())
        && new Facts(folder, state.get().facts()).whole(EPOCH) < options.epochs();
  }

  /**
   * Whether the training in a folder is at its end and had these very settings.
   *
   * @throws TrainingJob.OtherSettingsException where it is of another training
   */
  static boolean isFinished(
      Path folder, StartingPoint start, TrainingData data, TrainingOptions options)
      throws IOException {
    Optional<TrainingState> state = SavedModel.loadState(folder);
    if (state.isEmpty() || !isAtItsEnd(state.get())) {
      return false;
    }
    SameTraining then = new SameTraining(folder, state.get().facts());
    then.require(SavedModel.load(folder), start, data);
    Map<String, String> given = OptionsText.byOption(options);
    Map<String, String> course = new LinkedHashMap<>(given);
    course.keySet().retainAll(COURSE);
    given.keySet().removeAll(COURSE);
    then.requireOptions(given);
    return then.differences(course).isEmpty();
  }

  /** How many epochs the training in a folder has had. */
  static int epochs(Path folder) throws IOException {
    TrainingState state = SavedModel.loadState(folder).orElseThrow(() -> nothing(folder));
    return new Facts(folder, state.facts()).whole(EPOCH);
  }

  /** Gives curves the course of the training in a folder, as far as its checkpoint keeps it. */
  static void restore(Path folder, TrainingCurves curves) throws IOException {
    SavedModel.loadState(folder).ifPresent(state -> curves.restore(pick(state.tensors(), HISTORY)));
  }

  private static boolean isAtItsEnd(TrainingState state) {
    Map<String, String> facts = state.facts();
    return facts.containsKey(ENDED)
        || (facts.containsKey(EPOCH) && facts.get(EPOCH).equals(facts.get(EPOCHS)));
  }

  /**
   * Reads the checkpoint of an interrupted training, or of one at its end that is to be longer.
   *
   * @param start what the training started from
   * @param curves goes on from the course up to the checkpoint
   * @throws TrainingException where there is none, or nothing remains to be done
   * @throws TrainingJob.OtherSettingsException where it is of another training
   */
  static Checkpoint read(
      Path folder,
      StartingPoint start,
      TrainingData data,
      TrainingOptions options,
      TrainingCurves curves)
      throws IOException {
    TrainingState state = SavedModel.loadState(folder).orElseThrow(() -> nothing(folder));
    SavedModel model = SavedModel.load(folder);
    SameTraining then = new SameTraining(folder, state.facts());
    then.require(model, start, data);
    boolean ended = isAtItsEnd(state);
    Map<String, String> given = OptionsText.byOption(options);
    Facts facts = new Facts(folder, state.facts());
    int epoch = facts.whole(EPOCH);
    if (ended) {
      requireMore(folder, epoch, options.epochs());
      given.keySet().removeAll(COURSE);
    }
    then.requireOptions(given);
    Parameters tensors = state.tensors();
    curves.restore(pick(tensors, HISTORY));
    Parameters others = pick(tensors, WEIGHTS);
    Parameters weights = others.isEmpty() ? model.parameters() : others;
    Checkpoint.Best best = best(facts, tensors, weights);
    int patience = options.validating().patience();
    if (ended && patience > 0 && epoch - best.epoch() >= patience) {
      throw new TrainingException(
          "resume: the training in "
              + folder
              + " ended early after "
              + Units.count(epoch, "epoch")
              + "; wait for a better one with early-stop of "
              + (epoch - best.epoch() + 1)
              + " or more");
    }
    return new Checkpoint(
        epoch,
        begun(facts),
        weights,
        new TrainingSession.OptimizerState(
            facts.whole(STEPS),
            pick(tensors, FIRST),
            pick(tensors, SECOND),
            facts.has(MEAN) ? model.parameters() : pick(tensors, MEAN)),
        ended ? Checkpoint.EpochMean.NONE : average(facts, tensors, epoch, options),
        best);
  }

  private static Checkpoint.Best best(Facts facts, Parameters tensors, Parameters weights)
      throws TrainingException {
    if (!facts.has(BEST_EPOCH)) {
      return Checkpoint.Best.NONE;
    }
    Parameters best = pick(tensors, BEST);
    return new Checkpoint.Best(
        facts.whole(BEST_EPOCH),
        facts.number(BEST_SCORE),
        facts.number(BEST_LOSS),
        best.isEmpty() ? weights : best);
  }

  private static void requireMore(Path folder, int epochs, int wanted) throws TrainingException {
    if (wanted <= epochs) {
      throw new TrainingException(
          "resume: the training in "
              + folder
              + " is at its end after "
              + Units.count(epochs, "epoch")
              + "; make it longer with epochs of "
              + (epochs + 1)
              + " or more in all");
    }
  }

  /** An older version did not say how many epochs its average was of: all that were averaged. */
  private static Checkpoint.EpochMean average(
      Facts facts, Parameters tensors, int epoch, TrainingOptions options)
      throws TrainingException {
    int epochs =
        facts.has(AVERAGED)
            ? facts.whole(AVERAGED)
            : Math.max(0, epoch - options.epochs() + options.averagedEpochs());
    return new Checkpoint.EpochMean(pick(tensors, AVERAGE), epochs);
  }

  /** An older version kept no checkpoints within an epoch. */
  private static Checkpoint.EpochSoFar begun(Facts facts) throws TrainingException {
    return facts.has(BEGUN_STEPS)
        ? new Checkpoint.EpochSoFar(
            facts.whole(BEGUN_STEPS),
            facts.number(BEGUN_LOSS),
            facts.whole(BEGUN_RIGHT),
            facts.number(BEGUN_SECONDS),
            facts.has(BEGUN_WAITING) ? facts.number(BEGUN_WAITING) : 0,
            facts.has(BEGUN_NORMS) ? facts.number(BEGUN_NORMS) : 0,
            facts.has(BEGUN_CLIPPED) ? facts.whole(BEGUN_CLIPPED) : 0)
        : Checkpoint.EpochSoFar.NONE;
  }

  private static TrainingException nothing(Path folder) {
    return new TrainingException(
        "resume: "
            + folder
            + " has no checkpoint: its training diverged, was of an older version, or the file was"
            + " removed; train on from its weights with model "
            + folder);
  }

  /** The facts of a checkpoint's file. */
  private record Facts(Path folder, Map<String, String> all) {
    boolean has(String fact) {
      return all.containsKey(fact);
    }

    int whole(String fact) throws TrainingException {
      return number(fact, Integer::valueOf);
    }

    double number(String fact) throws TrainingException {
      return number(fact, Double::valueOf);
    }

    private <T> T number(String fact, Function<String, T> parse) throws TrainingException {
      try {
        return parse.apply(all.getOrDefault(fact, ""));
      } catch (NumberFormatException e) {
        throw new TrainingException(
            "resume: checkpoint.safetensors in " + folder + " has no number under " + fact, e);
      }
    }
  }

  private static Parameters pick(Parameters all, String prefix) {
    Map<String, Tensor> picked = new LinkedHashMap<>();
    all.asMap()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                picked.put(name.substring(prefix.length()), tensor);
              }
            });
    return new Parameters(picked);
  }
}
