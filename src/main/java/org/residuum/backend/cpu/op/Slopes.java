package org.residuum.backend.cpu.op;

import java.nio.FloatBuffer;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.lower.InPlace;
import org.residuum.backend.lower.OpTable;
import org.residuum.backend.lower.Place;
import org.residuum.network.op.PRelu;

/** PReLU in Java: oneDNN's makes 0 of a NaN. */
final class Slopes {
  private Slopes() {}

  static void enter(OpTable<CpuAssembly> ops) {
    ops.add(PRelu.class)
        .forward((assembly, node, op) -> select(assembly, assembly.input(0)))
        .inPlace(InPlace.input(0))
        .inputGradient(
            (assembly, node, op) -> {
              slopeGradient(assembly);
              select(assembly, assembly.lastInput());
            })
        .inputGradientInPlace(InPlace.lastInput());
  }

  private static int slopes(CpuAssembly assembly) {
    return assembly.node().parameters().get(0).shape().elements();
  }

  /** v where x is positive, slope · v elsewhere; channels are last. */
  private static void select(CpuAssembly assembly, Place v) {
    int slopes = slopes(assembly);
    int count = Math.toIntExact(assembly.elements(assembly.x()));
    Place x = assembly.input(0);
    Place slope = assembly.parameter(0);
    Place y = assembly.output(0);
    assembly.add(
        memory -> {
          FloatBuffer from = memory.floats(x, count);
          FloatBuffer values = memory.floats(v, count);
          FloatBuffer factors = memory.floats(slope, slopes);
          FloatBuffer to = memory.floats(y, count);
          return () -> {
            for (int i = 0; i < count; i++) {
              float value = values.get(i);
              to.put(i, from.get(i) > 0 ? value : factors.get(i % slopes) * value);
            }
          };
        });
  }

  /** Σ x dy where x is not positive. */
  private static void slopeGradient(CpuAssembly assembly) {
    int slopes = slopes(assembly);
    int count = Math.toIntExact(assembly.elements(assembly.x()));
    Place x = assembly.input(0);
    Place dy = assembly.lastInput();
    Place gradient = assembly.output(1);
    assembly.add(
        memory -> {
          FloatBuffer from = memory.floats(x, count);
          FloatBuffer values = memory.floats(dy, count);
          FloatBuffer to = memory.floats(gradient, slopes);
          return () -> {
            double[] sums = new double[slopes];
            for (int i = 0; i < count; i++) {
              float at = from.get(i);
              sums[i % slopes] += at > 0 ? 0 : (double) at * values.get(i);
            }
            for (int c = 0; c < slopes; c++) {
              to.put(c, (float) sums[c]);
            }
          };
        });
  }
}
