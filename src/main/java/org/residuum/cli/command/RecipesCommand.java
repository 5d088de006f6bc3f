package org.residuum.cli.command;

import java.util.concurrent.Callable;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.ExitCode;
import org.residuum.train.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "recipes",
    description =
        "Lists the recipes of train --recipe, or prints one, which is a file to start from.",
    footer = {
      "",
      "Examples:",
      "  residuum recipes",
      "  residuum recipes cifar10-fast",
      "  residuum recipes photos > mine.txt     then train --recipe mine.txt"
    })
public final class RecipesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "The recipe to print; all are listed without it.")
  private String name;

  @Override
  public Integer call() {
    Console console = Console.of(spec);
    if (name != null) {
      print(console);
      return ExitCode.OK;
    }
    for (String known : Recipe.names()) {
      console.out("%-16s  %s", known, Recipe.summary(known));
    }
    return ExitCode.OK;
  }

  private void print(Console console) {
    try {
      console.out("%s", Recipe.text(name).stripTrailing());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }
}
