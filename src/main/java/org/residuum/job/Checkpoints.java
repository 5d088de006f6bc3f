package org.residuum.job;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.CRC32;
import org.residuum.backend.TrainingSession;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.Task;
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
  private static final String DATA = "data";
  private static final String VALIDATION = "validation";
  private static final String ORIGIN = "started from";
  private static final String CONTENTS = " contents";

  private Checkpoints() {}

  /**
   * All of a checkpoint but the weights that the model has, the course up to it, and the facts that
   * a resumed training must share.
   *
   * @param model the weights that are saved beside
   * @param data as {@link #facts} says
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

  /** What tells other data, also those of the same number and labels, and another start. */
  static Map<String, String> facts(TrainingData data, StartingPoint start) throws IOException {
    Map<String, String> facts = facts(data);
    facts.put(ORIGIN, Origin.of(start).text());
    facts.putAll(contents(data));
    return facts;
  }

  private static Map<String, String> facts(TrainingData data) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(DATA, text(data.training()));
    facts.put("split-seed", String.valueOf(data.split().seed()));
    facts.put("test-share", String.valueOf(data.split().testShare()));
    facts.put("validation-share", String.valueOf(data.split().validationShare()));
    facts.put("group-by", data.split().groupBy());
    facts.put(VALIDATION, data.validation().map(Checkpoints::text).orElse("none"));
    return facts;
  }

  /** Checksums of the parts that decide a training. */
  private static Map<String, String> contents(TrainingData data) throws IOException {
    Map<String, String> sums = new LinkedHashMap<>();
    sums.put("training" + CONTENTS, checksum(data.training()));
    if (data.validation().isPresent()) {
      sums.put(VALIDATION + CONTENTS, checksum(data.validation().get()));
    }
    return sums;
  }

  private static String checksum(Dataset data) throws IOException {
    return String.format(Locale.ROOT, "%08x", data.checksum());
  }

  /** For example {@code digits, 3,823 examples, labels 7a0c52e1}, the last a checksum. */
  private static String text(Dataset training) {
    CRC32 labels = new CRC32();
    float[] targets = new float[training.labels().size()];
    for (int i = 0; i < training.size(); i++) {
      if (training.task() == Task.CLASSIFY) {
        labels.update(training.label(i));
        labels.update(training.label(i) >> 8);
      } else {
        training.targets(i, targets);
        labels.update(Arrays.toString(targets).getBytes(StandardCharsets.US_ASCII));
      }
    }
    return String.format(
        Locale.ROOT,
        "%s, %s, labels %08x",
        training.name(),
        Units.count(training.size(), "example"),
        labels.getValue());
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
    requireSame(folder, state.get(), SavedModel.load(folder), start, data);
    Map<String, String> given = OptionsText.byOption(options);
    Map<String, String> course = new LinkedHashMap<>(given);
    course.keySet().retainAll(COURSE);
    given.keySet().removeAll(COURSE);
    requireSame(folder, state.get(), given);
    return differences(state.get(), course).isEmpty();
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
    requireSame(folder, state, model, start, data);
    boolean ended = isAtItsEnd(state);
    Map<String, String> given = OptionsText.byOption(options);
    Facts facts = new Facts(folder, state.facts());
    int epoch = facts.whole(EPOCH);
    if (ended) {
      requireMore(folder, epoch, options.epochs());
      given.keySet().removeAll(COURSE);
    }
    requireSame(folder, state, given);
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

  private static void requireSame(
      Path folder, TrainingState state, SavedModel model, StartingPoint start, TrainingData data)
      throws IOException {
    String origin = state.facts().get(ORIGIN);
    if (origin != null) { // An older version did not note it.
      new Origin(origin).requireSame(folder, Origin.of(start));
    }
    String task = start.outputs().task().toString();
    requireSame(folder, "task", model.outputs().task().toString(), task);
    facts(data)
        .forEach(
            (part, now) ->
                requireSame(
                    folder,
                    part.equals(VALIDATION) ? "data" : part,
                    state.facts().getOrDefault(part, now),
                    now));
    String network = NetworkSummary.of(start.network());
    requireSame(folder, "model", NetworkSummary.of(model.network()), network);
    if (!model.network().toString().equals(start.network().toString())) {
      throw other(folder, "model", "another network of " + network, "this");
    }
    requireSame(folder, "data", text(model.preprocessing()), text(start.preprocessing()));
    requireSame(folder, "data", classes(model.labels()), classes(data.training().labels()));
    String outputs = start.outputs().toMap().toString();
    requireSame(folder, "data", model.outputs().toMap().toString(), outputs);
    contents(data).forEach((part, now) -> requireSameContents(folder, state, part, now));
  }

  /** An older version did not note them. */
  private static void requireSameContents(
      Path folder, TrainingState state, String part, String now) {
    String then = state.facts().getOrDefault(part, now);
    if (!now.equals(then)) {
      throw new TrainingJob.OtherSettingsException(
          "resume: the %s examples are others than those that the training in %s began with, though as many with the same labels (checksum %s, now %s); bring those back, or start anew elsewhere"
              .formatted(part.replace(CONTENTS, ""), folder, then, now));
    }
  }

  private static void requireSame(Path folder, TrainingState state, Map<String, String> given) {
    differences(state, given)
        .forEach(
            (option, then) ->
                requireSame(folder, option.substring("--".length()), then, given.get(option)));
  }

  /** What the checkpoint's training had otherwise: the options with the values of then. */
  private static Map<String, String> differences(TrainingState state, Map<String, String> given) {
    Map<String, String> usual = OptionsText.byOption(TrainingOptions.builder().build());
    Map<String, String> others = new LinkedHashMap<>();
    given.forEach(
        (option, now) -> { // An older version had not all of them.
          String then = state.facts().getOrDefault(option, usual.get(option));
          if (!now.equals(then)) {
            others.put(option, then);
          }
        });
    return others;
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

  /** For example {@code classes cat, dog}. */
  private static String classes(List<String> labels) {
    return "classes " + String.join(", ", labels);
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
            + " has no checkpoint: its training diverged, was of an older version, or the file was"
            + " removed; train on from its weights with model "
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
