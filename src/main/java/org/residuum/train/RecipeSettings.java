package org.residuum.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.residuum.backend.UpdateRule;
import org.residuum.data.Augmentation;
import org.residuum.data.Dataset;
import org.residuum.data.Mixing;
import org.residuum.network.Network;
import org.residuum.network.Shape;
import org.residuum.text.NearestName;
import org.residuum.text.Units;
import org.residuum.train.RecipeFile.Entry;

/** What the settings of a recipe mean, and what is so where it does not say otherwise. */
final class RecipeSettings {
  static final String OPTIMIZER = "optimizer";
  static final String SGD = "sgd";
  private static final String ADAMW = "adamw";
  private static final String LR = "lr";
  private static final String MOMENTUM = "momentum";
  private static final String DECAY = "weight-decay";
  private static final String BATCH = "batch";
  private static final String EPOCHS = "epochs";
  private static final String WARMUP = "warmup";
  private static final String AUGMENT = "augment";
  private static final String CROP = "crop:";

  static final List<String> KEYS =
      List.of(
          EPOCHS,
          "min-steps",
          BATCH,
          "min-batch",
          "accumulate",
          OPTIMIZER,
          LR,
          "schedule",
          WARMUP,
          MOMENTUM,
          "nesterov",
          DECAY,
          "decay-all",
          "label-smoothing",
          "mixup",
          "cutmix",
          "mix-prob",
          "class-weights",
          "pos-weight",
          "sample",
          "clip",
          AUGMENT,
          "ema",
          "average",
          "metric",
          "early-stop",
          "keep",
          "freeze",
          "unfreeze",
          "freeze-norms",
          "rate-of",
          "recompute",
          "checkpoint-every",
          "seed");

  /** Settings that are none of {@link TrainingOptions} but may stand in a recipe in Java, too. */
  private static final List<String> OTHERS = List.of("model", "init", "pretrained-rate");

  private static final double SGD_RATE = 0.1;
  private static final double ADAMW_RATE = 0.002;
  private static final double SGD_DECAY = 5e-4;
  private static final double ADAMW_DECAY = 0.01;
  private static final int FEWEST_STEPS = 10;

  private final Map<String, Entry> entries;

  RecipeSettings(Map<String, Entry> entries) {
    this.entries = entries;
  }

  TrainingOptions options(Network network, Dataset training) {
    requireKnown();
    TrainingOptions.Builder builder = TrainingOptions.builder();
    int batch = batch(training);
    checked(BATCH, () -> builder.batch(batch).build());
    checked("accumulate", () -> builder.loop(loop(builder.build().loop())).build());
    requireExamples(builder.build(), training);
    int epochs = epochs(builder.build().stepsPerEpoch(training.size()));
    checked(EPOCHS, () -> builder.epochs(epochs).build());
    builder.rule(rule()).schedule(schedule(epochs)).augmentation(augmentation(training));
    set("label-smoothing", RecipeSettings::number, builder::labelSmoothing, builder);
    set("clip", RecipeSettings::number, builder::maxGradientNorm, builder);
    set("average", RecipeSettings::number, builder::averagedShare, builder);
    set("ema", RecipeSettings::number, v -> builder.loop(loopOf(builder).withEma(v)), builder);
    set(
        "checkpoint-every",
        RecipeSettings::number,
        v -> builder.loop(loopOf(builder).withCheckpointSeconds(v)),
        builder);
    set("recompute", RecipeSettings::truth, builder::recompute, builder);
    set("seed", Long::valueOf, builder::seed, builder);
    checked("early-stop", () -> builder.validating(validating()).build());
    builder.mixing(mixing(training, batch)).balance(balance(training));
    FineTuning tuning = fineTuning();
    tuning.requireFit(network);
    return builder.fineTuning(tuning).build();
  }

  private Mixing mixing(Dataset training, int batch) {
    double mixup = value("mixup", 0.0, RecipeSettings::number);
    double cutmix = value("cutmix", 0.0, RecipeSettings::number);
    double probability = value("mix-prob", 1.0, RecipeSettings::number);
    checked("mixup", () -> new Mixing(mixup, 0, 1));
    checked("cutmix", () -> new Mixing(0, cutmix, 1));
    Mixing mixing = checked("mix-prob", () -> new Mixing(mixup, cutmix, probability));
    checked(
        cutmix > 0 ? "cutmix" : "mixup",
        () -> {
          mixing.requireFit(training, batch);
          return mixing;
        });
    if (probability < 1 && !mixing.isOn()) {
      throw wrong("mix-prob", "nothing is mixed; give mixup or cutmix, too", null);
    }
    return mixing;
  }

  private Balance balance(Dataset training) {
    Balance classes = value("class-weights", Balance.NONE, ClassWeights::parse);
    Balance labels =
        value("pos-weight", Balance.NONE, text -> ClassWeights.parse(text).withLabels());
    boolean ofLabels = labels.weighs() || !labels.weights().isEmpty();
    if (ofLabels && classes.weighs()) {
      throw wrong("pos-weight", "with class weights, which are for another task", null);
    }
    String sample = oneOf("sample", "shuffled", List.of("shuffled", "balanced"));
    Balance balance = (ofLabels ? labels : classes).withBalancedSampling(sample.equals("balanced"));
    boolean ofClasses = classes.weighs() || !classes.weights().isEmpty();
    return checked(
        ofLabels ? "pos-weight" : ofClasses ? "class-weights" : "sample",
        () -> {
          balance.requireFit(training);
          return balance;
        });
  }

  private static TrainingOptions.Loop loopOf(TrainingOptions.Builder builder) {
    return builder.build().loop();
  }

  private void requireKnown() {
    for (String key : entries.keySet()) {
      if (!KEYS.contains(key) && !OTHERS.contains(key)) {
        throw new IllegalArgumentException(
            label(key) + ": no setting of a training" + NearestName.didYouMean(key, KEYS));
      }
    }
  }

  /** A setting as it was said, for errors: {@code lr -1}, or {@code my.txt:3: lr = -1}. */
  private String label(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return key;
    }
    return entry.origin().isEmpty()
        ? key + " " + entry.value()
        : entry.origin() + ": " + key + " = " + entry.value();
  }

  /** A rule that a setting breaks names the setting. */
  private <T> T checked(String key, Supplier<T> work) {
    try {
      return work.get();
    } catch (IllegalArgumentException e) {
      throw entries.containsKey(key) ? wrong(key, e.getMessage(), e) : e;
    }
  }

  private IllegalArgumentException wrong(String key, String rule, Exception cause) {
    return new IllegalArgumentException(label(key) + ": " + rule, cause);
  }

  private <T> T value(String key, T usual, Function<String, T> read) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return usual;
    }
    try {
      return read.apply(entry.value());
    } catch (NumberFormatException e) {
      throw wrong(key, "it is no number that is possible here", e);
    } catch (IllegalArgumentException e) {
      throw wrong(key, e.getMessage(), e);
    }
  }

  private <T> void set(
      String key,
      Function<String, T> read,
      Function<T, TrainingOptions.Builder> change,
      TrainingOptions.Builder builder) {
    if (entries.containsKey(key)) {
      T value = value(key, null, read);
      checked(key, () -> change.apply(value).build());
    }
    builder.build();
  }

  private static double number(String text) {
    return Double.parseDouble(text);
  }

  private static boolean truth(String text) {
    if (!List.of("true", "false").contains(text)) {
      throw new IllegalArgumentException("it is true or false");
    }
    return text.equals("true");
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).toList();
  }

  private String oneOf(String key, String usual, List<String> known) {
    return value(
        key,
        usual,
        text -> {
          String name = text.toLowerCase(Locale.ROOT);
          if (!known.contains(name)) {
            throw new IllegalArgumentException(
                "no such %s%s (known: %s)"
                    .formatted(key, NearestName.didYouMean(text, known), String.join(", ", known)));
          }
          return name;
        });
  }

  /** Halved for small data until an epoch has ten steps, where the recipe allows that. */
  private int batch(Dataset training) {
    int batch = value(BATCH, TrainingOptions.builder().build().batch(), Integer::valueOf);
    int least = value("min-batch", 0, Integer::valueOf);
    if (least < 0) {
      throw wrong("min-batch", "at least 1 example", null);
    }
    if (least == 0) {
      if (batch > training.size() && entries.containsKey(BATCH)) {
        throw wrong(
            BATCH,
            "%s has %d examples to train on; at most that many"
                .formatted(training.name(), training.size()),
            null);
      }
      return Math.min(batch, training.size());
    }
    while (batch / 2 >= least && training.size() < FEWEST_STEPS * batch) {
      batch /= 2;
    }
    return Math.max(1, Math.min(batch, training.size()));
  }

  /** What part of its batch a recipe of SGD keeps where it halves it for small data, else 1. */
  double batchShare(Dataset training) {
    int whole = value(BATCH, 0, Integer::valueOf);
    boolean halves = entries.containsKey("min-batch") && whole > 0 && !isAdamW();
    return halves ? batch(training) / (double) whole : 1;
  }

  private TrainingOptions.Loop loop(TrainingOptions.Loop usual) {
    return usual.withAccumulate(value("accumulate", usual.accumulate(), Integer::valueOf));
  }

  private void requireExamples(TrainingOptions options, Dataset training) {
    int batches = options.loop().accumulate();
    if (batches > 1 && (long) options.batch() * batches > training.size()) {
      throw wrong(
          "accumulate",
          "%s has %d examples to train on, %d batches of %d are more"
              .formatted(training.name(), training.size(), batches, options.batch()),
          null);
    }
  }

  /** More than it says where data are so small that the training would have too few steps. */
  private int epochs(int stepsPerEpoch) {
    int epochs = value(EPOCHS, TrainingOptions.builder().build().epochs(), Integer::valueOf);
    int least = value("min-steps", 0, Integer::valueOf);
    return Math.max(epochs, -Math.floorDiv(-least, stepsPerEpoch));
  }

  boolean isAdamW() {
    return oneOf(OPTIMIZER, SGD, List.of(SGD, ADAMW)).equals(ADAMW);
  }

  private UpdateRule rule() {
    boolean adamW = isAdamW();
    double decay = value(DECAY, adamW ? ADAMW_DECAY : SGD_DECAY, RecipeSettings::number);
    boolean all = value("decay-all", false, RecipeSettings::truth);
    if (adamW) {
      if (entries.containsKey(MOMENTUM)) {
        throw wrong(MOMENTUM, "it is for sgd; use optimizer sgd", null);
      }
      return checked(DECAY, () -> new UpdateRule.AdamW(0.9, 0.999, 1e-8, decay, all));
    }
    double mu = value(MOMENTUM, 0.9, RecipeSettings::number);
    boolean nesterov = value("nesterov", true, RecipeSettings::truth) && mu > 0;
    checked(MOMENTUM, () -> new UpdateRule.Sgd(mu, nesterov, 0, all));
    return checked(DECAY, () -> new UpdateRule.Sgd(mu, nesterov, decay, all));
  }

  double rate() {
    return value(LR, isAdamW() ? ADAMW_RATE : SGD_RATE, RecipeSettings::number);
  }

  private Schedule schedule(int epochs) {
    String name = oneOf("schedule", "one-cycle", Schedule.NAMES);
    Schedule course = checked(LR, () -> Schedule.named(name, rate(), epochs));
    double warmup = value(WARMUP, 0.0, RecipeSettings::number);
    if (warmup >= epochs && entries.get(WARMUP).origin().isEmpty()) {
      throw wrong(
          WARMUP, "the training has " + Units.count(epochs, "epoch") + "; warm up for less", null);
    }
    return checked(WARMUP, () -> course.withWarmup(warmup));
  }

  private Augmentation augmentation(Dataset training) {
    Shape example = training.exampleShape();
    return value(AUGMENT, Augmentation.NONE, text -> Augmentation.parse(text, example));
  }

  /**
   * The changes of pictures of a recipe that comes with the library, which pads them by a quarter
   * of their shorter side at most; empty for others.
   */
  Optional<String> fittingAugmentation(Shape example) {
    Entry entry = entries.get(AUGMENT);
    if (entry == null || !entry.isBuiltIn() || example.rank() != 3) {
      return Optional.empty();
    }
    int most = Math.min(example.extent(1), example.extent(2)) / 4;
    String fitting =
        list(entry.value()).stream()
            .map(item -> item.startsWith(CROP) ? cropped(item, most) : item)
            .filter(item -> !item.isEmpty())
            .collect(Collectors.joining(","));
    return Optional.of(fitting.isEmpty() ? "none" : fitting);
  }

  private static String cropped(String item, int most) {
    int pixels = Math.min(most, Integer.parseInt(item.substring(CROP.length())));
    return pixels == 0 ? "" : CROP + pixels;
  }

  private TrainingOptions.Validating validating() {
    Evaluation.Metric metric =
        Evaluation.Metric.valueOf(
            oneOf(
                    "metric",
                    Evaluation.Metric.ACCURACY.toString(),
                    Arrays.stream(Evaluation.Metric.values()).map(Object::toString).toList())
                .toUpperCase(Locale.ROOT));
    int patience = value("early-stop", 0, Integer::valueOf);
    if (patience < 1 && entries.containsKey("early-stop")) {
      throw new IllegalArgumentException("at least 1 epoch");
    }
    String keep = oneOf("keep", patience > 0 ? "best" : "last", List.of("best", "last"));
    return new TrainingOptions.Validating(metric, patience, keep.equals("best"));
  }

  private FineTuning fineTuning() {
    List<String> freeze = value("freeze", List.of(), RecipeSettings::list);
    Map<String, Integer> until = value("unfreeze", Map.of(), text -> map(text, Integer::valueOf));
    Map<String, Double> rates = value("rate-of", Map.of(), text -> map(text, Double::valueOf));
    boolean norms = value("freeze-norms", false, RecipeSettings::truth);
    FineTuning frozen = checked("unfreeze", () -> new FineTuning(freeze, until, Map.of(), norms));
    return checked("rate-of", () -> frozen.withRates(rates));
  }

  /** The last of several entries of a name counts. */
  private static <T> Map<String, T> map(String text, Function<String, T> read) {
    Map<String, T> map = new LinkedHashMap<>();
    for (String item : list(text)) {
      int equals = item.lastIndexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("'" + item + "' is not of the form PART=NUMBER");
      }
      map.put(item.substring(0, equals).strip(), read.apply(item.substring(equals + 1).strip()));
    }
    return map;
  }
}
