package org.residuum.backend.cpu.op;

import java.nio.FloatBuffer;
import org.residuum.backend.cpu.onednn.Assembly;
import org.residuum.backend.cpu.onednn.HostStep;
import org.residuum.backend.cpu.onednn.Operand;
import org.residuum.network.Shape;

/**
 * Rows of which a softmax makes nothing but NaN: those with a NaN or +∞, or of -∞ alone. oneDNN
 * gives some of their elements finite values. They are found before the softmax, which may work in
 * place, and filled behind it.
 */
public final class SoftmaxRows {
  private final int rows;
  private final int classes;
  private final Operand x;
  private final Operand y;
  private final Operand lost;

  public SoftmaxRows(Assembly assembly, Shape shape) {
    this.rows = (int) shape.withBatch(assembly.batch()).extent(0);
    this.classes = shape.extent(1);
    this.x = assembly.input(0);
    this.y = assembly.output(0);
    this.lost = assembly.temporary((long) Float.BYTES * rows);
  }

  /** Notes which rows are lost: 1, the others 0. */
  public HostStep.Factory look() {
    return memory -> {
      FloatBuffer from = memory.floats(x, (long) rows * classes);
      FloatBuffer to = memory.floats(lost, rows);
      return () -> {
        for (int row = 0; row < rows; row++) {
          float max = Float.NEGATIVE_INFINITY;
          for (int i = row * classes; i < (row + 1) * classes; i++) {
            max = Math.max(max, from.get(i));
          }
          to.put(row, Float.isFinite(max) ? 0 : 1);
        }
      };
    };
  }

  /** Fills the rows that are lost. */
  public HostStep.Factory mend() {
    return memory -> {
      FloatBuffer from = memory.floats(lost, rows);
      FloatBuffer to = memory.floats(y, (long) rows * classes);
      return () -> {
        for (int row = 0; row < rows; row++) {
          for (int i = row * classes; from.get(row) != 0 && i < (row + 1) * classes; i++) {
            to.put(i, Float.NaN);
          }
        }
      };
    };
  }
}
