package org.residuum.backend.cuda.cases;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.residuum.backend.cuda.KernelTable;
import org.residuum.backend.cuda.kernel.Kernel;

/** The kernels by name. */
public final class Kernels {
  private static final Map<String, Kernel> BY_NAME =
      KernelTable.all().stream().collect(Collectors.toMap(Kernel::name, Function.identity()));

  private Kernels() {}

  public static Kernel kernel(String name) {
    Kernel kernel = BY_NAME.get(name);
    if (kernel == null) {
      throw new IllegalArgumentException("no kernel is named " + name);
    }
    return kernel;
  }
}
