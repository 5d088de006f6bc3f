package org.residuum.backend.cuda.cases.mutation;

import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What the command line asks for. */
final class Options {
  /** A wrong command line. */
  static final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
      super(message);
    }
  }

  static final int ALL = 20_000;

  int sample = 1_000;
  long seed = 20151210;
  int threads = 2;
  Pattern kernel = Pattern.compile(".*");
  MutationKind kind;
  boolean list;
  boolean resume;
  Path out = Path.of("target", "kernel-mutation.tsv");

  static Options parse(String[] args) {
    Options options = new Options();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--all" -> options.sample = ALL;
        case "--list" -> options.list = true;
        case "--resume" -> options.resume = true;
        default -> {
          if (i + 1 == args.length) {
            throw new UsageException(
                "'" + args[i] + "' is unknown or lacks its value; see --help for the arguments");
          }
          options.set(args[i], args[++i]);
        }
      }
    }
    return options;
  }

  private void set(String name, String value) {
    switch (name) {
      case "--sample" -> sample = positive(name, value);
      case "--seed" -> seed = whole(name, value);
      case "--threads" -> threads = positive(name, value);
      case "--out" -> out = Path.of(value);
      case "--kernel" -> kernel = pattern(value);
      case "--kind" -> kind = kind(value);
      default -> throw new UsageException("unknown argument '" + name + "'; see --help");
    }
  }

  private static long whole(String name, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new UsageException(name + " '" + value + "' is not a whole number");
    }
  }

  private static int positive(String name, String value) {
    long number = whole(name, value);
    if (number < 1 || number > Integer.MAX_VALUE) {
      throw new UsageException(name + " " + value + ": it has to be 1 or more");
    }
    return (int) number;
  }

  private static Pattern pattern(String value) {
    try {
      return Pattern.compile(value);
    } catch (PatternSyntaxException e) {
      throw new UsageException(
          "--kernel '" + value + "' is no regular expression: " + e.getMessage());
    }
  }

  private static MutationKind kind(String value) {
    MutationKind kind = MutationKind.named(value);
    if (kind == null) {
      StringBuilder kinds = new StringBuilder();
      for (MutationKind known : MutationKind.values()) {
        kinds.append(' ').append(known);
      }
      throw new UsageException("--kind '" + value + "' is none of" + kinds);
    }
    return kind;
  }
}
