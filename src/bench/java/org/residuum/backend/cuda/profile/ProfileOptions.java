package org.residuum.backend.cuda.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.residuum.backend.Precision;
import org.residuum.network.Architectures;

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
    boolean arrays,
    boolean help) {
  static final String USAGE =
      """
      usage: scripts/profile-kernels [--network NAME] [--layer NAME] [--kernel NAME] [--batch N]
               [--precision fp32|tf32|bf16] [--train] [--gpu NAME | --arch 80|86|89|90]
               [--rows N | --all-blocks] [--arrays] [--help]

      Prints, for each launch of a network's plan, as the shipped host code asks a GPU for it: grid,
      block, registers, occupancy, bytes, sectors of 32 bytes a request of a warp, conflicts in
      shared memory, instructions an element, active lanes, and bounds on its time. Needs no GPU:
      the kernels run on the PTX machine, and the bounds follow from published figures of the GPU.
      Nothing is measured.

        --network NAME    resnet50 (default), resnet18, resnet20, mlp and the others of
                          residuum --help
        --layer NAME      only nodes whose names contain this
        --kernel NAME     only kernels whose names contain this
        --batch N         examples a batch (default 256; 128 with --train)
        --precision P     fp32, tf32 or bf16 (default)
        --train           a step of training: forward, backward, SGD with momentum
        --gpu NAME        h200 (default), h100, a100, rtx3090, rtx4090
        --arch N          the first of these with that compute capability: 80, 86, 89, 90
        --rows N          blocks to execute of a launch: N rows of three neighbours, spread over
                          the grid; counts are scaled to all blocks (default 12)
        --all-blocks      execute every block; for small batches
        --arrays          a line for each array of a launch, too

      Examples:
        scripts/profile-kernels --network resnet50 --batch 256
        scripts/profile-kernels --layer conv1 --kernel im2col --arrays
        scripts/profile-kernels --network resnet20 --train --precision fp32 --gpu a100

      Exit code: 0 when the figures were printed, 1 when something failed, 2 for a command line that
      is not understood.
      """;

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
    private boolean help;

    Parser(String... words) {
      this.words = new ArrayList<>(List.of(words));
    }

    ProfileOptions parse() {
      while (!words.isEmpty()) {
        take(words.remove(0));
      }
      if (!Architectures.isName(network)) {
        throw new UsageException("no network is named '" + network + "'; see --help");
      }
      int examples = batch > 0 ? batch : training ? 128 : 256;
      return new ProfileOptions(
          network, layer, kernel, examples, precision, training, gpu, rows, arrays, help);
    }

    private void take(String option) {
      switch (option) {
        case "--help", "-h" -> help = true;
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
        default -> throw new UsageException("unknown option '" + option + "'; see --help");
      }
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
