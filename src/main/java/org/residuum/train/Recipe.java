package org.residuum.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.residuum.data.Dataset;
import org.residuum.data.Task;
import org.residuum.network.Network;
import org.residuum.network.Shape;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Conv2d;
import org.residuum.text.NearestName;
import org.residuum.train.RecipeFile.Entry;

/**
 * Settings of a training by name, as in a file with a setting a line; the names are those of the
 * options of {@code train}:
 *
 * <pre>{@code
 * # What it is for.
 * recipe = cifar10-fast    # what it changes; auto, the default, suits network and data
 * epochs = 60
 * lr = 0.1
 * }</pre>
 *
 * <p>A later setting takes the place of an earlier one and of those that went with it: another
 * {@code optimizer} that of {@code lr}, {@code momentum} and weight decay, another {@code batch} or
 * number of {@code epochs} the rule for small data, another {@code schedule} its {@code warmup}.
 */
public final class Recipe {
  /** The file that keeps the settings of a training within its model's folder. */
  public static final String FILE = "recipe.txt";

  /** What suits network and data. */
  public static final String AUTO = "auto";

  /** The defaults of {@link TrainingOptions} and nothing more. */
  public static final String NONE = "none";

  private static final String BASE = "recipe";
  private static final String RATES = "rate-of";
  private static final List<String> MIXING = List.of("mixup", "cutmix");
  private static final String MIXED = "mix-prob";
  private static final int SMALL = 64;
  private static final int MOST_BASES = 10;

  private static final List<String> NAMES =
      List.of(
          "cifar10-fast",
          "cifar10-resnet20",
          "mnist-resnet8",
          "mnist-resnet20",
          "digits-mlp",
          "photos",
          "finetune",
          "small-colour",
          "small-grey",
          "mlp");

  /** What goes with a setting. */
  private static final Map<String, List<String>> COMPANIONS =
      Map.of(
          "batch", List.of("min-batch"),
          "epochs", List.of("min-steps"),
          "optimizer", List.of("lr", "momentum", "nesterov", "weight-decay", "decay-all"),
          "schedule", List.of("warmup"),
          "model", List.of("init", "head", "shortcut", "identity-blocks"),
          "init", List.of("model", "shortcut", "identity-blocks"));

  private final String name;
  private final boolean automatic;
  private final Map<String, Entry> entries;

  private Recipe(String name, boolean automatic, Map<String, Entry> entries) {
    this.name = name;
    this.automatic = automatic;
    this.entries = Collections.unmodifiableMap(entries);
  }

  /** The recipes that come with the library. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * A recipe that comes with the library, {@link #AUTO} or {@link #NONE}.
   *
   * @throws IllegalArgumentException for an unknown name, with the nearest one
   */
  public static Recipe named(String name) {
    if (name.equals(AUTO) || name.equals(NONE)) {
      return new Recipe(name, name.equals(AUTO), Map.of());
    }
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "recipe "
              + name
              + ": no such recipe or file"
              + NearestName.didYouMean(name, NAMES)
              + " (known: "
              + String.join(", ", NAMES)
              + ")");
    }
    try {
      return resolved(RecipeFile.builtIn(name), 0);
    } catch (IOException e) {
      throw new IllegalStateException("recipe " + name + " names a file", e);
    }
  }

  /**
   * Reads a file of settings, or that of a trained model's folder.
   *
   * @throws IllegalArgumentException naming file and line of what is no setting
   */
  public static Recipe read(Path file) throws IOException {
    return resolved(file(file), 0);
  }

  private static RecipeFile file(Path path) throws IOException {
    return RecipeFile.read(Files.isDirectory(path) ? path.resolve(FILE) : path);
  }

  private static Recipe resolved(RecipeFile file, int depth) throws IOException {
    Map<String, Entry> own = file.entries();
    Entry base = own.remove(BASE);
    Recipe under = base == null ? named(AUTO) : base(file, base, depth);
    return new Recipe(file.name(), under.automatic, laidOver(under.entries, own));
  }

  private static Recipe base(RecipeFile file, Entry base, int depth) throws IOException {
    if (depth == MOST_BASES) {
      throw new IllegalArgumentException(
          base.origin() + ": recipe = " + base.value() + ": the recipes start from each other");
    }
    if (NAMES.contains(base.value())) {
      return resolved(RecipeFile.builtIn(base.value()), depth + 1);
    }
    Path path = file.folder() == null ? null : file.folder().resolve(base.value());
    if (path != null && Files.exists(path)) {
      return resolved(file(path), depth + 1);
    }
    try {
      return named(base.value());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(base.origin() + ": " + e.getMessage(), e);
    }
  }

  /**
   * The recipe that suits a network and its training data; where it was measured is in the user
   * guide. Without batch norm, and with squared errors, whose gradients have no bound, high rates
   * need gradients scaled down to a norm of 1 (Pascanu et al. 2013, algorithm 1).
   */
  public static Recipe of(Network network, Dataset training) {
    Recipe suited = named(suitable(network, training)).clipped(network, training.task());
    return training.task() == Task.CLASSIFY ? suited : suited.without(List.of("label-smoothing"));
  }

  /** With a metric of the task, where it says none. */
  private Recipe judged(Task task) {
    return task == Task.CLASSIFY || entries.containsKey("metric")
        ? this
        : with("metric", Evaluation.Metric.of(task).get(0).toString());
  }

  private static String suitable(Network network, Dataset training) {
    Shape example = training.exampleShape();
    boolean convolutional = network.nodes().stream().anyMatch(node -> node.op() instanceof Conv2d);
    boolean small = example.rank() == 3 && Math.max(example.extent(1), example.extent(2)) <= SMALL;
    boolean grey = example.rank() == 3 && example.extent(0) == 1;
    if (!convolutional || example.rank() != 3) {
      return small && grey ? "digits-mlp" : "mlp";
    }
    if (!small) {
      return "photos";
    }
    return grey ? "small-grey" : "small-colour";
  }

  private Recipe clipped(Network network, Task task) {
    boolean normalised = network.nodes().stream().anyMatch(node -> node.op() instanceof BatchNorm);
    boolean bounded = normalised && task != Task.REGRESSION;
    boolean said = bounded || entries.containsKey("clip") || settings().isAdamW();
    return said ? this : with("clip", "1");
  }

  /** Its name, or its file. */
  public String name() {
    return name;
  }

  /** What the recipe of a name is for, in a line. */
  public static String summary(String name) {
    return RecipeFile.builtIn(named(name).name()).summary();
  }

  /** The file of the recipe of a name. */
  public static String text(String name) {
    return RecipeFile.builtIn(named(name).name()).text();
  }

  /** Whether it starts from the recipe that suits network and data. */
  public boolean isAutomatic() {
    return automatic;
  }

  /** Its settings by name, without those of the automatic recipe below it. */
  public Map<String, String> asMap() {
    Map<String, String> map = new LinkedHashMap<>();
    entries.forEach((key, entry) -> map.put(key, entry.value()));
    return map;
  }

  /** The file and line of a setting, {@code my.txt:3}; empty where no file said it. */
  public Optional<String> origin(String key) {
    return Optional.ofNullable(entries.get(key))
        .map(Entry::origin)
        .filter(origin -> !origin.isEmpty());
  }

  /** The highest learning rate that it says. */
  public double rate() {
    return settings().rate();
  }

  /**
   * What part of its batch is left where it halves it for small data; 1 where it does not. Where
   * SGD must not go far, its rate shrinks by as much (Goyal et al. 2017, section 2.1).
   */
  public double batchShare(Dataset training) {
    return settings().batchShare(training);
  }

  /** The same with another setting. */
  public Recipe with(String key, String value) {
    return with(Map.of(key, value));
  }

  /** The same with other settings. */
  public Recipe with(Map<String, String> settings) {
    Map<String, Entry> over = new LinkedHashMap<>();
    settings.forEach((key, value) -> over.put(key, new Entry(value, "")));
    return new Recipe(name, automatic, laidOver(entries, over));
  }

  /** The same with another recipe in place of the automatic one below it. */
  public Recipe over(Recipe base) {
    return automatic ? new Recipe(name, base.automatic, laidOver(base.entries, entries)) : this;
  }

  /** The same without some settings. */
  public Recipe without(Collection<String> keys) {
    Map<String, Entry> rest = new LinkedHashMap<>(entries);
    rest.keySet().removeAll(keys);
    return new Recipe(name, automatic, rest);
  }

  private static Map<String, Entry> laidOver(Map<String, Entry> base, Map<String, Entry> over) {
    Map<String, Entry> all = new LinkedHashMap<>(base);
    over.forEach(
        (key, entry) -> {
          Entry before = base.get(key);
          String was = before == null ? RecipeSettings.SGD : before.value();
          if (!key.equals(RecipeSettings.OPTIMIZER) || !was.equals(entry.value())) {
            all.keySet().removeAll(COMPANIONS.getOrDefault(key, List.of()));
          }
        });
    over.forEach(
        (key, entry) ->
            all.merge(
                key,
                entry,
                (before, now) ->
                    key.equals(RATES)
                        ? new Entry(before.value() + "," + now.value(), now.origin())
                        : now));
    boolean mixes = MIXING.stream().anyMatch(key -> isOn(all.get(key)));
    if (!mixes && MIXING.stream().anyMatch(over::containsKey) && !over.containsKey(MIXED)) {
      all.remove(MIXED);
    }
    return all;
  }

  private static boolean isOn(Entry number) {
    return number != null && !number.value().matches("0*\\.?0*");
  }

  /**
   * The same with nothing left to be decided by network and data: batches small enough for small
   * data, and as many epochs as they need.
   *
   * @throws IllegalArgumentException as {@link #options}
   */
  public Recipe decided(Network network, Dataset training) {
    Recipe fitting = automatic ? over(of(network, training)) : clipped(network, training.task());
    Recipe said = fitting.judged(training.task());
    Optional<String> changes = said.settings().fittingAugmentation(training.exampleShape());
    Recipe whole = changes.isEmpty() ? said : said.with("augment", changes.get());
    TrainingOptions options = whole.settings().options(network, training);
    Map<String, String> numbers = new LinkedHashMap<>();
    numbers.put("epochs", String.valueOf(options.epochs()));
    numbers.put("batch", String.valueOf(options.batch()));
    return whole.with(numbers);
  }

  /**
   * The options of a training of that network on those data.
   *
   * @throws IllegalArgumentException naming a setting, with file and line where it is of one, that
   *     is not known to {@link TrainingOptions}, out of its range or of no use for the network
   */
  public TrainingOptions options(Network network, Dataset training) {
    return decided(network, training).settings().options(network, training);
  }

  /** The names of all settings that make {@link TrainingOptions}. */
  public static List<String> keys() {
    return RecipeSettings.KEYS;
  }

  private RecipeSettings settings() {
    return new RecipeSettings(entries);
  }

  /** As a file, which {@link #read} reads. */
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    lines.add("recipe = " + (automatic ? AUTO : NONE));
    entries.forEach((key, entry) -> lines.add(key + " = " + entry.value()));
    return String.join("\n", lines) + "\n";
  }
}
