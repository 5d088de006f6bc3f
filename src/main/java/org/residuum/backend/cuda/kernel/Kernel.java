package org.residuum.backend.cuda.kernel;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.residuum.network.ElementType;

/**
 * A kernel of {@code cuda/}, where the formulas and shapes are at the head of each file.
 *
 * @param name without the suffix of the storage type
 * @param grid the rule that gives the launch shape
 * @param parameters in the order in which a launch passes them
 * @param storages the storage types it exists for
 */
public record Kernel(
    String name, GridRule grid, List<Argument> parameters, Set<ElementType> storages) {
  /** The storage types that kernels exist for. */
  public static final List<ElementType> TYPES = List.of(ElementType.F32, ElementType.BF16);

  /** What kernels over (rows, channels) end in. */
  public static final String ROWS = "rows:i64 channels:i32";

  /**
   * A kernel for all storage types.
   *
   * @param signature such as {@code "x* y* n:i64"}, see {@link ArgumentType}
   */
  public static Kernel of(String name, GridRule grid, String signature) {
    return new Kernel(name, grid, Argument.parse(signature), Set.copyOf(TYPES));
  }

  /** A kernel for one storage type. */
  public static Kernel of(String name, GridRule grid, String signature, ElementType storage) {
    return new Kernel(name, grid, Argument.parse(signature), Set.of(storage));
  }

  /** An empty list of arguments. */
  public Arguments arguments() {
    return new Arguments(this);
  }

  /** The name of the {@code .entry} in the module of the given storage type. */
  public String entry(ElementType storage) {
    if (!storages.contains(storage)) {
      throw new IllegalArgumentException(
          "kernel " + name + " exists for " + storages + ", not for " + storage);
    }
    return name + "_" + storage.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return name;
  }
}
