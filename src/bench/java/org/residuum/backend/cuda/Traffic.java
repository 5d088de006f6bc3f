package org.residuum.backend.cuda;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.backend.cuda.kernel.Argument;
import org.residuum.backend.cuda.kernel.ArgumentType;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;

/**
 * What a launch or a product must move and compute at least: each array read or written once,
 * nothing served by a cache. Only products count floating-point operations.
 */
record Traffic(double bytes, double flops) {
  static final Traffic NONE = new Traffic(0, 0);

  /** Arrays as large as the activations of a layer. */
  static final Set<String> ARRAYS = Set.of("x", "y", "dx", "dy", "saved", "v", "a", "r", "residual", "dresidual");

  Traffic plus(Traffic other) {
    return new Traffic(bytes + other.bytes, flops + other.flops);
  }

  static Traffic of(Gemm gemm) {
    double m = gemm.size().m();
    double n = gemm.size().n();
    double k = gemm.size().k();
    double operands = (m * k + k * n) * gemm.a().storage().bytes();
    double result = m * n * gemm.c().storage().bytes() * (1 + gemm.beta());
    int count = gemm.count();
    return new Traffic(count * (operands + result), count * 2 * m * n * k);
  }

  /**
   * Of a launch.
   *
   * @param arguments as they are passed
   */
  static Traffic of(Kernel kernel, ElementType storage, Object... arguments) {
    Map<String, Double> sizes = new HashMap<>();
    List<Argument> named = kernel.parameters();
    for (int i = 0; i < named.size(); i++) {
      if (named.get(i).type() != ArgumentType.POINTER) {
        sizes.put(named.get(i).name(), ((Number) arguments[i]).doubleValue());
      }
    }
    return new Traffic(bytes(kernel, storage, sizes), 0);
  }

  private static double bytes(Kernel kernel, ElementType storage, Map<String, Double> sizes) {
    return switch (kernel.name()) {
      case "blend" -> 12 * sizes.get("n");
      case "sgd" -> 12 * sizes.get("n");
      case "sgd_momentum" -> 20 * sizes.get("n");
      case "adamw" -> 28 * sizes.get("n");
      case "square_sums" -> 4 * sizes.get("n");
      case "cast_from_f32", "cast_to_f32" -> 6 * sizes.get("n");
      case "oihw_to_hwio", "hwio_to_oihw" -> 8 * product(sizes, "out", "in", "taps");
      case "transpose" -> 2 * product(sizes, "batch", "rows", "columns") * storage.bytes();
      case "global_average_pool_forward", "global_average_pool_backward" ->
          (sizes.get("pixels") + 1) * product(sizes, "images", "channels") * storage.bytes();
      case "im2col", "col2im" -> columns(kernel, sizes) * storage.bytes();
      default -> arrays(kernel, sizes) * storage.bytes();
    };
  }

  private static double columns(Kernel kernel, Map<String, Double> sizes) {
    double lines = product(sizes, "images", "out_height");
    double share = kernel.name().equals("im2col") ? sizes.get("lines") / lines : 1;
    return share
        * (lines * product(sizes, "groups", "out_width", "row_length")
            + product(sizes, "images", "height", "width", "channels"));
  }

  /** Elements of all large arrays together. */
  private static double arrays(Kernel kernel, Map<String, Double> sizes) {
    double elements = 0;
    for (Argument argument : kernel.parameters()) {
      String name = argument.name();
      boolean large = ARRAYS.contains(name) || name.equals("b") && !sizes.containsKey("channels");
      if (argument.type() == ArgumentType.POINTER && large) {
        elements += size(name, sizes);
      }
    }
    return elements;
  }

  private static double size(String name, Map<String, Double> sizes) {
    if (sizes.containsKey("n")) {
      return sizes.get("n");
    }
    if (sizes.containsKey("out_height")) {
      String channels = sizes.containsKey("out_channels") ? "out_channels" : "channels";
      return name.endsWith("y")
          ? product(sizes, "images", "out_height", "out_width", channels)
          : product(sizes, "images", "height", "width", "channels");
    }
    if (sizes.containsKey("pixels")) {
      return product(sizes, "images", "pixels", "channels");
    }
    if (sizes.containsKey("classes")) {
      return product(sizes, "rows", "classes");
    }
    return product(sizes, "rows", "channels");
  }

  /** 0 for kernels that name their sizes otherwise. */
  private static double product(Map<String, Double> sizes, String... names) {
    double product = 1;
    for (String name : names) {
      product *= sizes.getOrDefault(name, 0.0);
    }
    return product;
  }
}
