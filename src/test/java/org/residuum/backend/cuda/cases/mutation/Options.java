package org.residuum.backend.cuda.cases.mutation;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.residuum.text.NearestName;

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

  private static final List<String> NAMES =
      List.of(
          "--all",
          "--sample",
          "--seed",
          "--kernel",
          "--kind",
          "--list",
          "--threads",
          "--out",
          "--resume",
          "--help");

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
          int equals = args[i].startsWith("--") ? args[i].indexOf('=') : -1;
          if (equals > 0) {
            options.set(args[i].substring(0, equals), args[i].substring(equals + 1));
          } else {
            String name = known(args[i]);
            if (i + 1 == args.length) {
              throw new UsageException(name + " needs a value; see --help");
            }
            options.set(name, args[++i]);
          }
        }
      }
    }
    return options;
  }

  private static String known(String name) {
    if (!NAMES.contains(name)) {
      throw new UsageException(
          "unknown option '" + name + "'" + NearestName.didYouMean(name, NAMES) + "; see --help");
    }
    return name;
  }

  private void set(String name, String value) {
    switch (name) {
      case "--sample" -> sample = positive(name, value);
      case "--seed" -> seed = whole(name, value);
      case "--threads" -> threads = positive(name, value);
      case "--out" -> out = Path.of(value);
      case "--kernel" -> kernel = pattern(value);
      case "--kind" -> kind = kind(value);
      default -> throw new UsageException(known(name) + " takes no value");
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
          "--kernel '" + value + "' is no regular expression: " + e.getDescription());
    }
  }

  private static MutationKind kind(String value) {
    MutationKind kind = MutationKind.named(value);
    if (kind == null) {
      List<String> names = Arrays.stream(MutationKind.values()).map(Object::toString).toList();
      throw new UsageException(
          "--kind '"
              + value
              + "' is unknown"
              + NearestName.didYouMean(value, names)
              + " (known: "
              + String.join(", ", names)
              + ")");
    }
    return kind;
  }
}
