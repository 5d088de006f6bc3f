package org.residuum.backend.cuda.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.residuum.backend.Precision;
import org.residuum.network.Architectures;
import org.residuum.text.NearestName;

/**
 * The command line of {@code scripts/profile-kernels}.
 *
 * @param layer part of the names of nodes that are printed; empty for all
 * @param kernel part of the names of kernels that are printed; empty for all
 * @param rows rows of three blocks that are executed of each launch; 0 for all blocks
 */
record ProfileOptions(
    String network,
    String layer,
    String kernel,
    int batch,
    Precision precision,
    boolean training,
    Gpu gpu,
    int rows,
    boolean arrays) {
  private static final List<String> NAMES =
      List.of(
          "--network",
          "--layer",
          "--kernel",
          "--batch",
          "--precision",
          "--train",
          "--gpu",
          "--arch",
          "--rows",
          "--all-blocks",
          "--arrays",
          "--help");

  /** A command line that is not understood. */
  static final class UsageException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
      super(message);
    }
  }

  static ProfileOptions parse(String... words) {
    return new Parser(words).parse();
  }

  /** The options read so far. */
  private static final class Parser {
    private final List<String> words;
    private String network = "resnet50";
    private String layer = "";
    private String kernel = "";
    private int batch;
    private Precision precision = Precision.BF16;
    private boolean training;
    private Gpu gpu = Gpu.H200;
    private int rows = 12;
    private boolean arrays;

    Parser(String... words) {
      this.words = new ArrayList<>(List.of(words));
    }

    ProfileOptions parse() {
      while (!words.isEmpty()) {
        take(words.remove(0));
      }
      if (!Architectures.isName(network)) {
        throw new UsageException(
            "no network is named '" + network + "'" + Architectures.known(network));
      }
      int examples = batch > 0 ? batch : training ? 128 : 256;
      return new ProfileOptions(
          network, layer, kernel, examples, precision, training, gpu, rows, arrays);
    }

    private void take(String option) {
      switch (option) {
        case "--train" -> training = true;
        case "--arrays" -> arrays = true;
        case "--all-blocks" -> rows = 0;
        case "--network" -> network = value(option);
        case "--layer" -> layer = value(option);
        case "--kernel" -> kernel = value(option);
        case "--batch" -> batch = number(option, 1, 1 << 20);
        case "--rows" -> rows = number(option, 1, 1 << 20);
        case "--precision" -> precision = precision(value(option));
        case "--gpu" -> gpu = gpu(value(option));
        case "--arch" -> gpu = architecture(value(option));
        default -> unknown(option);
      }
    }

    /** Takes {@code --option=value} apart. */
    private void unknown(String option) {
      int equals = option.indexOf('=');
      if (!option.startsWith("--") || equals < 0) {
        throw new UsageException(
            "unknown option '" + option + "'" + NearestName.didYouMean(option, NAMES) + "; see --help");
      }
      words.add(0, option.substring(equals + 1));
      take(option.substring(0, equals));
    }

    private String value(String option) {
      if (words.isEmpty()) {
        throw new UsageException(option + " needs a value; see --help");
      }
      return words.remove(0);
    }

    private int number(String option, int least, int most) {
      String text = value(option);
      if (!text.matches("\\d{1,9}")
          || Integer.parseInt(text) < least
          || Integer.parseInt(text) > most) {
        throw new UsageException(
            option + " takes a number from " + least + " to " + most + ", not '" + text + "'");
      }
      return Integer.parseInt(text);
    }

    private static Precision precision(String text) {
      for (Precision precision : Precision.values()) {
        if (precision.name().equalsIgnoreCase(text)) {
          return precision;
        }
      }
      throw new UsageException("--precision takes fp32, tf32 or bf16, not '" + text + "'");
    }

    private static Gpu gpu(String text) {
      if (!Gpu.names().contains(text.toLowerCase(Locale.ROOT))) {
        throw new UsageException(
            "--gpu takes " + String.join(", ", Gpu.names()) + ", not '" + text + "'");
      }
      return Gpu.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static Gpu architecture(String text) {
      return switch (text) {
        case "80", "86", "89", "90" -> Gpu.of(Integer.parseInt(text));
        default -> throw new UsageException("--arch takes 80, 86, 89 or 90, not '" + text + "'");
      };
    }
  }
}
