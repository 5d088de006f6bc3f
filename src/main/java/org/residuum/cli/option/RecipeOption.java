package org.residuum.cli.option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.cli.text.CommandFailure;
import org.residuum.text.NearestName;
import org.residuum.train.Recipe;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code --recipe}: what a recipe says counts as if it had been typed, but for what was typed
 * indeed.
 */
public final class RecipeOption {
  /** Options that are about one run, and not about how it trains. */
  static final Set<String> NOT_IN_RECIPES =
      Set.of(
          "recipe",
          "data",
          "out",
          "overwrite",
          "resume",
          "device",
          "threads",
          "errors",
          "lr-find",
          "lr-find-steps",
          "tensorboard",
          "help",
          "version",
          "debug");

  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      description =
          "Settings to train by, which other options change: a name that residuum recipes lists, a"
              + " file of lines such as epochs = 30, or a trained model's folder (default: auto,"
              + " what suits network and data).")
  private String name;

  private Recipe recipe;
  private Map<String, String> typed;

  /**
   * Reads the recipe and has the command's options read again, with those of the recipe.
   *
   * @throws CommandFailure where it names an option that there is not, or a value that this one
   *     does not take
   */
  public void apply(CommandSpec command) throws IOException {
    typed = typed(command);
    recipe = name == null ? Recipe.named(Recipe.AUTO) : read(name);
    Recipe all = recipe.with(typed);
    List<String> args = new ArrayList<>();
    for (String key : recipe.asMap().keySet()) {
      requireKnown(command, key);
      if (all.asMap().containsKey(key) && !typed.containsKey(key)) {
        args.add("--" + key + "=" + recipe.asMap().get(key));
      }
    }
    if (!args.isEmpty()) {
      List<String> original = command.root().commandLine().getParseResult().originalArgs();
      args.addAll(original.subList(original.indexOf(command.name()) + 1, original.size()));
      parse(command, args);
    }
  }

  private static Recipe read(String name) throws IOException {
    boolean named =
        Recipe.names().contains(name) || List.of(Recipe.AUTO, Recipe.NONE).contains(name);
    try {
      if (named || !Files.exists(Path.of(name))) {
        return Recipe.named(name);
      }
      Path path = Path.of(name);
      Path file = Files.isDirectory(path) ? path.resolve(Recipe.FILE) : path;
      if (!Files.isRegularFile(file)) {
        throw CommandFailure.usage(
            "--recipe " + name + ": no " + Recipe.FILE + " is in it; name a recipe or a file");
      }
      return Recipe.read(file);
    } catch (IllegalArgumentException e) {
      String message = e.getMessage();
      throw CommandFailure.usage(message.startsWith("recipe ") ? "--" + message : message);
    }
  }

  /** The options that were typed and may stand in a recipe. */
  private static Map<String, String> typed(CommandSpec command) {
    Map<String, String> typed = new LinkedHashMap<>();
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      String key = key(option);
      if (!NOT_IN_RECIPES.contains(key)) {
        typed.put(key, option.arity().max() == 0 ? truth(option) : text(option));
      }
    }
    return typed;
  }

  private static String truth(OptionSpec flag) {
    return String.valueOf(flag.getValue().equals(Boolean.TRUE));
  }

  private static String text(OptionSpec option) {
    return String.join(
        ",", option.typeInfo().isMap() ? option.originalStringValues() : option.stringValues());
  }

  private static String key(OptionSpec option) {
    return option.longestName().substring("--".length());
  }

  private void requireKnown(CommandSpec command, String key) {
    String place = recipe.origin(key).orElse("") + ": " + key;
    if (NOT_IN_RECIPES.contains(key)) {
      throw CommandFailure.usage(
          place + ": it is about one run, not about how to train; give it as --" + key);
    }
    List<String> known =
        command.options().stream()
            .map(RecipeOption::key)
            .filter(option -> !NOT_IN_RECIPES.contains(option))
            .sorted()
            .toList();
    if (!known.contains(key)) {
      String nearest = NearestName.didYouMean(key, known);
      throw CommandFailure.usage(
          place
              + ": no option of that name"
              + (nearest.isEmpty() ? "; see residuum train --help" : nearest));
    }
  }

  private void parse(CommandSpec command, List<String> args) {
    try {
      command.commandLine().parseArgs(args.toArray(String[]::new));
    } catch (ParameterException e) {
      if (!(e.getArgSpec() instanceof OptionSpec option)
          || recipe.origin(key(option)).isEmpty()
          || typed.containsKey(key(option))) {
        throw e;
      }
      String key = key(option);
      String rule =
          e.getCause() instanceof TypeConversionException known
              ? known.getMessage()
              : e.getMessage();
      throw CommandFailure.usage(
          "%s: %s = %s: %s"
              .formatted(recipe.origin(key).get(), key, recipe.asMap().get(key), rule));
    }
  }

  /** What it says about a training, over what suits network and data where it leaves that open. */
  public Recipe over(Recipe suited) {
    Recipe whole = recipe.over(suited);
    List<String> others = new ArrayList<>(whole.asMap().keySet());
    others.removeAll(Recipe.keys());
    return whole.without(others);
  }

  /** The same with what was typed. */
  public Recipe withTyped(Recipe base) {
    Map<String, String> settings = new LinkedHashMap<>(typed);
    settings.keySet().retainAll(Recipe.keys());
    return base.with(settings);
  }

  /** Settings of the command, not of {@link Recipe#keys()}, that were typed or are the recipe's. */
  public Map<String, String> others() {
    Map<String, String> all = new LinkedHashMap<>(recipe.with(typed).asMap());
    all.keySet().removeAll(Recipe.keys());
    return all;
  }

  /** Its name, where one was given. */
  public boolean isAutomatic() {
    return recipe.isAutomatic();
  }

  public String name() {
    return recipe.name();
  }

  /**
   * The settings of a training as a file that repeats it.
   *
   * @param settings of the training itself
   * @param begun what it starts from
   */
  public String text(Recipe settings, Map<String, String> begun) {
    Map<String, String> all = new LinkedHashMap<>(others());
    all.putAll(begun);
    all.putAll(settings.asMap());
    StringBuilder text = new StringBuilder();
    text.append(
        "# The settings of this training, all that were decided for it included. With the\n");
    text.append("# same data, residuum train --recipe THIS-FILE repeats it to the bit.\n\n");
    text.append("recipe = ").append(Recipe.NONE).append('\n');
    all.forEach((key, value) -> text.append(key).append(" = ").append(value).append('\n'));
    return text.toString();
  }
}
