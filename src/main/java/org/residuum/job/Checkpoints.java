package org.residuum.job;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.CRC32;
import org.residuum.backend.TrainingSession;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.format.folder.SavedModel;
import org.residuum.format.folder.TrainingState;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;
import org.residuum.report.NetworkSummary;
import org.residuum.report.OptionsText;
import org.residuum.report.TrainingCurves;
import org.residuum.text.Units;
import org.residuum.train.Checkpoint;
import org.residuum.train.TrainingOptions;

/** Checkpoints of trainings as files, and back. */
final class Checkpoints {
  private static final String FIRST = "first.";
  private static final String SECOND = "second.";
  private static final String AVERAGE = "average.";
  private static final String HISTORY = "history.";
  private static final String EPOCH = "epoch";
  private static final String AVERAGED = "average epochs";
  private static final String BEGUN_STEPS = "begun steps";
  private static final String BEGUN_LOSS = "begun loss";
  private static final String BEGUN_RIGHT = "begun right";
  private static final String BEGUN_SECONDS = "begun seconds";
  private static final String STEPS = "steps";
  private static final String DATA = "data";

  private Checkpoints() {}

  /**
   * All of a checkpoint but its weights, the course up to it, and the facts that a resumed training
   * must share.
   *
   * @param data as {@link #text} says
   */
  static TrainingState toState(
      Checkpoint checkpoint, TrainingCurves curves, String data, TrainingOptions options) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    add(tensors, FIRST, checkpoint.optimizer().first());
    add(tensors, SECOND, checkpoint.optimizer().second());
    add(tensors, AVERAGE, checkpoint.average().weights());
    add(tensors, HISTORY, curves.soFar());
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(EPOCH, String.valueOf(checkpoint.epoch()));
    facts.put(AVERAGED, String.valueOf(checkpoint.average().epochs()));
    put(facts, checkpoint.begun());
    facts.put(STEPS, String.valueOf(checkpoint.optimizer().steps()));
    facts.put(DATA, data);
    facts.putAll(OptionsText.byOption(options));
    return new TrainingState(new Parameters(tensors), facts);
  }

  private static void put(Map<String, String> facts, Checkpoint.EpochSoFar begun) {
    facts.put(BEGUN_STEPS, String.valueOf(begun.steps()));
    facts.put(BEGUN_LOSS, String.valueOf(begun.lossSum()));
    facts.put(BEGUN_RIGHT, String.valueOf(begun.right()));
    facts.put(BEGUN_SECONDS, String.valueOf(begun.seconds()));
  }

  private static void add(Map<String, Tensor> tensors, String prefix, Parameters parameters) {
    parameters.asMap().forEach((name, tensor) -> tensors.put(prefix + name, tensor));
  }

  /** For example {@code digits, 3,823 examples, labels 7a0c52e1}, the last a checksum. */
  static String text(Dataset training) {
    CRC32 labels = new CRC32();
    for (int i = 0; i < training.size(); i++) {
      labels.update(training.label(i));
      labels.update(training.label(i) >> 8);
    }
    return String.format(
        Locale.ROOT,
        "%s, %s, labels %08x",
        training.name(),
        Units.count(training.size(), "example"),
        labels.getValue());
  }

  /**
   * Reads the checkpoint of an interrupted training.
   *
   * @param start what the training started from
   * @param curves goes on from the course up to the checkpoint
   * @throws TrainingException where there is none
   * @throws TrainingJob.OtherSettingsException where it is of another training
   */
  static Checkpoint read(
      Path folder,
      StartingPoint start,
      Dataset training,
      TrainingOptions options,
      TrainingCurves curves)
      throws IOException {
    TrainingState state = SavedModel.loadState(folder).orElseThrow(() -> nothing(folder));
    SavedModel model = SavedModel.load(folder);
    requireSame(folder, "data", state.facts().get(DATA), text(training));
    String network = NetworkSummary.of(start.network());
    requireSame(folder, "model", NetworkSummary.of(model.network()), network);
    if (!model.network().toString().equals(start.network().toString())) {
      throw other(folder, "model", "another network of " + network, "this");
    }
    requireSame(folder, "data", text(model.preprocessing()), text(start.preprocessing()));
    OptionsText.byOption(options)
        .forEach(
            (option, now) ->
                requireSame(
                    folder, option.substring("--".length()), state.facts().get(option), now));
    Parameters tensors = state.tensors();
    curves.restore(pick(tensors, HISTORY));
    Facts facts = new Facts(folder, state.facts());
    int epoch = facts.whole(EPOCH);
    int averaged = Math.max(0, epoch - options.epochs() + options.averagedEpochs());
    return new Checkpoint(
        epoch,
        begun(facts),
        model.parameters(),
        new TrainingSession.OptimizerState(
            facts.whole(STEPS), pick(tensors, FIRST), pick(tensors, SECOND)),
        new Checkpoint.EpochMean(
            pick(tensors, AVERAGE), facts.has(AVERAGED) ? facts.whole(AVERAGED) : averaged));
  }

  /** An older version kept no checkpoints within an epoch. */
  private static Checkpoint.EpochSoFar begun(Facts facts) throws TrainingException {
    return facts.has(BEGUN_STEPS)
        ? new Checkpoint.EpochSoFar(
            facts.whole(BEGUN_STEPS),
            facts.number(BEGUN_LOSS),
            facts.whole(BEGUN_RIGHT),
            facts.number(BEGUN_SECONDS))
        : Checkpoint.EpochSoFar.NONE;
  }

  private static String text(Optional<Preprocessing> preprocessing) {
    return preprocessing.map(Checkpoints::text).orElse("{}");
  }

  private static String text(Preprocessing preprocessing) {
    return preprocessing.toMap().toString();
  }

  private static TrainingException nothing(Path folder) {
    return new TrainingException(
        "resume: "
            + folder
            + " has no checkpoint: its training is at its end, or was ended in its first epoch;"
            + " train on from its weights with model "
            + folder);
  }

  private static void requireSame(Path folder, String setting, String then, String now) {
    if (!now.equals(then)) {
      throw other(folder, setting, then == null ? "unknown" : then, now);
    }
  }

  private static TrainingJob.OtherSettingsException other(
      Path folder, String setting, String then, String now) {
    return new TrainingJob.OtherSettingsException(
        "resume: "
            + setting
            + " was "
            + then
            + " for "
            + folder
            + ", now it is "
            + now
            + "; give the options of the interrupted command again");
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
