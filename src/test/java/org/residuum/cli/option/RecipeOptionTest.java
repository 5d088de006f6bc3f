package org.residuum.cli.option;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.cli.Terminal;
import org.residuum.cli.command.TrainCommand;
import org.residuum.cli.text.ExitCode;
import org.residuum.train.Recipe;
import picocli.CommandLine;

/** Trainings by recipes, and what is kept of them. */
final class RecipeOptionTest {
  @TempDir Path folder;

  private Path table() throws IOException {
    StringBuilder rows = new StringBuilder("a,b,c,class\n");
    for (int i = 0; i < 60; i++) {
      rows.append(i % 2 * 3 + i % 7 / 7.0).append(',').append(i % 5).append(',').append(i % 3);
      rows.append(i % 2 == 0 ? ",no\n" : ",yes\n");
    }
    return Files.writeString(folder.resolve("table.csv"), rows);
  }

  private Terminal train(String out, Object... more) throws IOException {
    List<Object> args = new ArrayList<>(List.of("train", "--data", "csv:" + table()));
    args.addAll(List.of("--device", "cpu", "--threads", 1, "--out", folder.resolve(out)));
    args.addAll(List.of(more));
    return Terminal.run(args.toArray());
  }

  private byte[] weights(String model) throws IOException {
    return Files.readAllBytes(folder.resolve(model).resolve("model.safetensors"));
  }

  private String kept(String model) throws IOException {
    return Files.readString(folder.resolve(model).resolve(Recipe.FILE));
  }

  private Path recipe(String... lines) throws IOException {
    return Files.write(folder.resolve("mine.txt"), List.of(lines));
  }

  @Test
  void recipeThatIsKeptRepeatsTheTraining() throws IOException {
    Path mine =
        recipe(
            "# Mine.",
            "model = mlp:8x1",
            "epochs = 9      # too many",
            "batch = 7",
            "lr = 0.01",
            "decay-all = true",
            "average = 0.5",
            "validation-share = 0.2",
            "split-seed = 5");
    Terminal seen = train("one", "--recipe", mine, "--epochs", 3, "--seed", 2);
    seen.expect(ExitCode.OK);
    assertTrue(seen.out().contains("recipe    " + mine + " over mlp\n"), seen.out());
    assertTrue(seen.out().contains("3 epochs, batch 7, adamw (weight decay 0.5 of everything)"));
    assertTrue(seen.out().contains("38 to train, 10 for validation"), seen.out());
    String kept = kept("one");
    for (String line : List.of("recipe = none", "model = mlp:8x1", "epochs = 3", "seed = 2")) {
      assertTrue(kept.lines().toList().contains(line), kept);
    }
    train("two", "--recipe", folder.resolve("one")).expect(ExitCode.OK);
    assertArrayEquals(weights("one"), weights("two"));
    assertEquals(kept, kept("two"));

    train("plain", "--recipe", folder.resolve("one"), "--decay-all=false").expect(ExitCode.OK);
    assertTrue(kept("plain").contains("decay-all = false"), kept("plain"));
    assertFalse(java.util.Arrays.equals(weights("one"), weights("plain")));
  }

  /** Where the learning rate comes from that of fresh weights, and the last layer has its own. */
  @Test
  void fineTuningIsRepeatedToo() throws IOException {
    train("first", "--model", "mlp:8x1", "--epochs", 1).expect(ExitCode.OK);
    Path init = folder.resolve("first");
    Terminal seen =
        train("one", "--init", init, "--head", "replace", "--freeze-norms", "--epochs", 2);
    assertTrue(
        seen.expect(ExitCode.OK).out().contains("recipe    mlp, rate times 0.1 for --init\n"),
        seen.out());
    assertTrue(kept("one").contains("\npretrained-rate = 1\n"), kept("one"));
    assertTrue(kept("one").contains("\nlr = 2.0E-4\n"), kept("one"));
    train("two", "--recipe", folder.resolve("one/recipe.txt")).expect(ExitCode.OK);
    assertArrayEquals(weights("one"), weights("two"));
    train("three", "--recipe", "finetune", "--init", init, "--head", "replace", "--epochs", 2)
        .expect(ExitCode.OK);
    assertArrayEquals(weights("one"), weights("three"));
    assertEquals(
        "residuum: --pretrained-rate 0.1: it is for a model to start from; name it by --init",
        train("four", "--recipe", "finetune").error(ExitCode.USAGE).strip());
  }

  /** What is typed takes the place of what went with it in the recipe. */
  @Test
  void startOfAnotherKindReplacesTheRecipes() throws IOException {
    train("first", "--model", "mlp:8x1", "--epochs", 1).expect(ExitCode.OK);
    Path mine = recipe("model = mlp:4x1", "epochs = 1");
    Terminal seen = train("one", "--recipe", mine, "--init", folder.resolve("first"));
    assertTrue(seen.expect(ExitCode.OK).out().contains("mlp8x1"), seen.out());
    assertFalse(kept("one").contains("model = "), kept("one"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epoch = 3|mine.txt:2: epoch: no option of that name; did you mean epochs?",
        "xyzzyxyzzy = 3|mine.txt:2: xyzzyxyzzy: no option of that name; see residuum train --help",
        "epochs = 1.5|mine.txt:2: epochs = 1.5: '1.5' is no whole number",
        "epochs = 0|mine.txt:2: epochs = 0: epochs must be at least 1",
        "momentum = 0.9|mine.txt:2: momentum = 0.9: it is for sgd; use --optimizer sgd",
        "decay-all = maybe|mine.txt:2: decay-all = maybe: ",
        "keep = first|mine.txt:2: keep = first: ",
        "validation-share = 2|--validation-share 2.0",
        "out = there|mine.txt:2: out: it is about one run, not about how to train; give it as"
            + " --out",
        "epochs|mine.txt:2: 'epochs' sets nothing; write option = value, such as epochs = 30"
      })
  void wrongLineIsAWrongUsage(String line, String message) throws IOException {
    Terminal seen = train("out", "--recipe", recipe("# Mine.", line), "--model", "mlp:4x1");
    assertTrue(seen.expect(ExitCode.USAGE).err().contains(message), seen.err());
    assertFalse(Files.exists(folder.resolve("out")));
  }

  @Test
  void unknownNameIsAnsweredWithTheNearestAndAll() throws IOException {
    String error = train("out", "--recipe", "cifar10-fas").error(ExitCode.USAGE);
    assertTrue(
        error.contains(
            "--recipe cifar10-fas: no such recipe or file; did you mean cifar10-fast? (known: "),
        error);
    assertTrue(error.contains("photos, finetune"), error);
    String empty = train("out", "--recipe", folder).error(ExitCode.USAGE);
    assertTrue(empty.contains("no recipe.txt is in it"), empty);
  }

  @Test
  void settingsAndRefusedOptionsAreThoseOfTrain() {
    Set<String> options =
        new CommandLine(new TrainCommand())
            .getCommandSpec().options().stream()
                .map(option -> option.longestName().substring("--".length()))
                .collect(Collectors.toCollection(TreeSet::new));
    options.addAll(List.of("help", "version", "debug")); // All commands have them.
    assertTrue(options.containsAll(Recipe.keys()), options + " against " + Recipe.keys());
    assertTrue(options.containsAll(RecipeOption.NOT_IN_RECIPES), options.toString());
    for (String name : Recipe.names()) {
      assertTrue(options.containsAll(Recipe.named(name).asMap().keySet()), name);
    }
  }

  @Test
  void recipesAreListedAndPrinted() {
    String all = Terminal.run("recipes").expect(ExitCode.OK).out();
    assertEquals(Recipe.names().size(), all.lines().count());
    assertTrue(all.contains("cifar10-fast      ResNet-20 on CIFAR-10 in 30 epochs"), all);
    String one = Terminal.run("recipes", "photos").expect(ExitCode.OK).out();
    assertEquals(Recipe.text("photos"), one);
    assertTrue(
        Terminal.run("recipes", "photo").error(ExitCode.USAGE).contains("did you mean photos?"));
  }
}
