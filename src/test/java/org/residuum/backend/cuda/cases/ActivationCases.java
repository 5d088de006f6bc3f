package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.residuum.backend.OpCases;
import org.residuum.backend.cuda.kernel.Argument;
import org.residuum.backend.cuda.kernel.ArgumentType;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;
import org.residuum.network.op.Activation;

/** Every activation of the table of op cases against its own definition in double precision. */
final class ActivationCases {
  private static final int[] SIZES = {1, 17, 64, 1030};

  /** Exponentials, error functions and divisions are good to a few units. */
  private static final double ROUNDINGS = 16;

  private ActivationCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (Activation activation : OpCases.activations()) {
      for (ElementType storage : Kernel.TYPES) {
        for (int n : SIZES) {
          cases.add(forward(activation, storage, n));
          cases.add(backward(activation, storage, n));
        }
      }
    }
    return cases;
  }

  private static Kernel kernelOf(Activation activation, String direction) {
    return kernel(activation.kind().name().toLowerCase(Locale.ROOT) + direction);
  }

  private static KernelCase forward(Activation activation, ElementType storage, int n) {
    Kernel kernel = kernelOf(activation, "_forward");
    return new KernelCase(
        kernel,
        storage,
        activation + ", n=" + n,
        rig -> {
          float[] x = rig.activations(n);
          DeviceArray y = rig.out(n);
          rig.launch(kernel, n, 1, arguments(kernel, activation, n, rig.in(x), y));
          Check.close(
              "y",
              storage,
              i -> activation.apply(x[i]),
              y.read(),
              ROUNDINGS,
              i -> 1 + Math.abs(x[i]));
        });
  }

  private static KernelCase backward(Activation activation, ElementType storage, int n) {
    Kernel kernel = kernelOf(activation, "_backward");
    return new KernelCase(
        kernel,
        storage,
        activation + ", n=" + n,
        rig -> {
          float[] saved = rig.activations(n);
          float[] dy = rig.activations(n);
          DeviceArray dx = rig.out(n);
          rig.launch(kernel, n, 1, arguments(kernel, activation, n, rig.in(saved), rig.in(dy), dx));
          Check.close(
              "dx",
              storage,
              i -> dy[i] * activation.derivative(saved[i]),
              dx.read(),
              ROUNDINGS,
              i -> Math.abs(dy[i]) * (1 + Math.abs(saved[i])));
        });
  }

  /** The arrays, their length, and the numbers of the activation in the order of its record. */
  private static Object[] arguments(
      Kernel kernel, Activation activation, int n, DeviceArray... arrays) {
    List<Object> arguments = new ArrayList<>(List.of(arrays));
    arguments.add((long) n);
    float[] numbers = {activation.low(), activation.high()};
    int next = 0;
    for (Argument argument : kernel.parameters()) {
      if (argument.type() == ArgumentType.FLOAT32) {
        arguments.add(numbers[next++]);
      }
    }
    return arguments.toArray();
  }
}
