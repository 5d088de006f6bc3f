package org.residuum.backend.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.kernel.Argument;
import org.residuum.backend.cuda.kernel.ArgumentType;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.cuda.kernel.PtxModule;
import org.residuum.bench.Sample;
import org.residuum.network.ElementType;

/**
 * Each kernel that goes over whole arrays, beside the copy bandwidth of the device: elementwise,
 * bias, batch norm, casts and optimisers.
 */
final class KernelBench {
  static final String GROUP = "kernels";

  /** The least share of the copy bandwidth. */
  private static final double GOAL = 0.85;

  private static final int CHANNELS = 256;

  /** fp32 arrays of the flat parameter buffer. */
  private static final Set<String> PARAMETERS = Set.of("w", "g", "v", "m");

  /** fp32 vectors and partial sums that hardly count: their room. */
  private static final long SMALL_BYTES = 16 << 20;

  private static final Set<String> SMALL =
      Set.of(
          "b",
          "mean",
          "scale",
          "shift",
          "beta",
          "gamma",
          "partials",
          "coefficients",
          "decays",
          "slope",
          "control");

  private static final Set<String> NUMBERS = Set.of("n", "rows", "channels", "nesterov");

  private final BenchRun run;
  private final BenchDevice device;

  KernelBench(BenchRun run) {
    this.run = run;
    this.device = run.device();
  }

  void run() {
    for (Kernel kernel : KernelTable.all()) {
      for (ElementType storage : Kernel.TYPES) {
        boolean loads =
            device.driver().architecture() >= PtxModule.of(storage).minimumArchitecture();
        if (loads && isMeasured(kernel) && kernel.storages().contains(storage)) {
          Precision precision = storage == ElementType.F32 ? Precision.FP32 : Precision.BF16;
          String name = kernel.entry(storage);
          run.measure(
              GROUP, name, precision, () -> List.of(measured(kernel, storage, name, precision)));
        }
      }
    }
  }

  static boolean isMeasured(Kernel kernel) {
    boolean flat = kernel.grid() == GridRule.ELEMENTS || kernel.grid() == GridRule.COLUMNS;
    return flat
        && kernel.parameters().stream()
            .allMatch(
                argument ->
                    switch (argument.type()) {
                      case POINTER -> isArray(argument, kernel) || SMALL.contains(argument.name());
                      case INT32, INT64 -> NUMBERS.contains(argument.name());
                      case FLOAT32 -> true;
                    });
  }

  private static boolean isArray(Argument argument, Kernel kernel) {
    boolean rows = kernel.parameters().stream().anyMatch(a -> a.name().equals("channels"));
    return Traffic.ARRAYS.contains(argument.name())
        || PARAMETERS.contains(argument.name())
        || argument.name().equals("b") && !rows;
  }

  private BenchRow measured(Kernel kernel, ElementType storage, String name, Precision precision) {
    long n = run.sizes().arrayBytes() / storage.bytes();
    long arrays = kernel.parameters().stream().filter(a -> isArray(a, kernel)).count();
    // Room for fp32 in each array, which casts and optimisers need.
    long each = 4 * n;
    try (BenchDevice.Memory memory = device.allocate(arrays * each + SMALL_BYTES)) {
      Object[] arguments = arguments(kernel, n, memory.address(), each);
      boolean columns = kernel.grid() == GridRule.COLUMNS;
      LaunchShape shape =
          columns
              ? kernel.grid().shape(n / CHANNELS, CHANNELS, storage)
              : kernel.grid().shape(n, 1, storage);
      Runnable launch = device.stream().launch(kernel, storage, shape, arguments);
      Sample seconds = run.stopwatch().time(device.clock(), launch);
      Traffic traffic = Traffic.of(kernel, storage, arguments);
      double rate = traffic.bytes() / seconds.median();
      return BenchRow.of(GROUP, name, precision.toString(), seconds, traffic)
          .with("gigabytesPerSecond", rate / 1e9)
          .with("shareOfCopy", rate / run.limits().copyBytes())
          .with("leastShareOfCopy", GOAL);
    }
  }

  private static Object[] arguments(Kernel kernel, long n, long address, long each) {
    Map<String, Object> numbers = new HashMap<>();
    numbers.put("n", n);
    numbers.put("rows", n / CHANNELS);
    numbers.put("channels", CHANNELS);
    numbers.put("nesterov", 1);
    List<Object> arguments = new ArrayList<>();
    long array = address + SMALL_BYTES;
    long small = address;
    long smallEach = SMALL_BYTES / 8;
    for (Argument argument : kernel.parameters()) {
      if (argument.type() == ArgumentType.FLOAT32) {
        arguments.add(1e-3f);
      } else if (argument.type() != ArgumentType.POINTER) {
        arguments.add(numbers.get(argument.name()));
      } else if (isArray(argument, kernel)) {
        arguments.add(array);
        array += each;
      } else if (argument.name().equals("decays")) {
        // A byte for every 16 elements: more than the small ones have.
        arguments.add(address);
      } else {
        small += smallEach;
        arguments.add(small - smallEach);
      }
    }
    return arguments.toArray();
  }

  /** For tests: the kernels that are left out because their arguments are of other kinds. */
  static List<Kernel> leftOut() {
    return KernelTable.all().stream().filter(kernel -> !isMeasured(kernel)).toList();
  }
}
