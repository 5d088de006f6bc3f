package org.residuum.cli.text;

import java.util.regex.Pattern;

/** Settings of the library are options here, of the same name: {@code device} is --device. */
public final class OptionNames {
  private static final Pattern SETTING =
      Pattern.compile(
          "(?<=^|\\buse |\\bby |\\bwith |\\blower )"
              + "(device|precision|model|recipe|optimizer|init|arch|size|layout|key|output|shortcut|data|out|resume|lr|epochs|freeze|unfreeze|rate-of|early-stop|tensorboard)(?=["
              + " :]|$)|(?<=^resume: )[a-z-]+(?= was )");

  private OptionNames() {}

  /** A message of the library in the words of the command line. */
  public static String in(String message) {
    return SETTING.matcher(message).replaceAll("--$0");
  }

  /** The error about a setting as one about an option; any other as it is. */
  public static RuntimeException usage(IllegalArgumentException error) {
    String message = in(error.getMessage());
    return message.startsWith("--") ? CommandFailure.usage(message) : error;
  }
}
