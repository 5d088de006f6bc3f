package org.residuum.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.RandomValues;
import org.residuum.backend.Session;
import org.residuum.backend.cpu.onednn.CpuStep;
import org.residuum.backend.cpu.winograd.Winograd;
import org.residuum.backend.tolerance.Shares;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.Value;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Window;

/** Filtered convolutions against the definition in double precision. */
class WinogradConvolutionTest {
  private static final long SEED = 20151130;
  private static final double UNIT_ROUNDOFF = 0x1p-24;
  private static final Shares SHARES = new Shares("Winograd's convolutions");

  /** How the kernels go about it. */
  enum Form {
    DIRECT,
    ROWS,
    TILES
  }

  /**
   * A convolution, with a residual where there is one: the input's own values, copied for an even
   * batch so that the sum is in place.
   */
  record Case(int n, int c, int h, int w, int k, Window window, boolean residual, Form form) {
    int rows() {
      return window.outputHeight(h, false);
    }

    int columns() {
      return window.outputWidth(w, false);
    }
  }

  private static Window padded(int top, int left, int bottom, int right) {
    return Window.of(3, 3).pad(top, left, bottom, right);
  }

  static Stream<Case> cases() {
    Window same = Window.square(3, 1, 1);
    return Stream.of(
        new Case(1, 64, 16, 16, 64, same, false, Form.ROWS),
        new Case(3, 64, 15, 17, 96, same, false, Form.ROWS),
        new Case(2, 65, 14, 14, 63, same, false, Form.ROWS),
        new Case(2, 64, 12, 20, 64, same, true, Form.ROWS),
        new Case(1, 64, 18, 17, 64, padded(0, 0, 0, 0), false, Form.ROWS),
        new Case(1, 64, 14, 13, 64, padded(2, 1, 0, 2), false, Form.ROWS),
        new Case(1, 128, 3, 31, 128, same, false, Form.ROWS),
        new Case(1, 128, 1, 31, 128, same, false, Form.DIRECT),
        new Case(5, 256, 16, 14, 256, same, false, Form.TILES),
        new Case(4, 256, 15, 17, 257, padded(2, 0, 1, 1), false, Form.TILES),
        new Case(8, 256, 8, 8, 256, same, true, Form.TILES),
        new Case(1, 96, 16, 15, 96, same, true, Form.ROWS),
        new Case(1, 16, 16, 16, 16, same, false, Form.DIRECT),
        new Case(1, 64, 16, 16, 64, Window.square(3, 2, 1), false, Form.DIRECT),
        new Case(1, 64, 16, 16, 64, same.dilation(2, 2), false, Form.DIRECT));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void filteredEqualsTheDefinition(Case of) {
    RandomValues random = new RandomValues(SEED);
    double[] x = random.uniform(of.n * of.h * of.w * of.c, -1, 1);
    double[] weight = random.uniform(of.k * of.c * 9, -0.1, 0.1);
    double[] bias = random.uniform(of.k, -1, 1);
    Network network = network(of);
    CompileOptions options = CompileOptions.batch(of.n);
    try (CpuPlan plan =
            (CpuPlan) new CpuBackend().compile(network, parameters(of, weight, bias), options);
        Session session = plan.session()) {
      assertEquals(of.form, form(plan), plan::toString);
      for (int i = 0; i < x.length; i++) {
        session.input("x").put(i, (float) x[i]);
      }
      session.run();
      double[] actual = new double[of.n * of.rows() * of.columns() * of.k];
      for (int i = 0; i < actual.length; i++) {
        actual[i] = session.output("y").get(i);
      }
      Definition exact = new Definition(of, x, weight, bias);
      SHARES.check(of.toString(), SEED, exact.y, actual, i -> UNIT_ROUNDOFF * exact.magnitude[i]);
    }
  }

  @AfterAll
  static void report() {
    SHARES.report();
  }

  @Test
  void unoptimizedPlansDoNotFilter() {
    Case of = cases().findFirst().orElseThrow();
    Parameters parameters = parameters(of, new double[of.k * of.c * 9], new double[of.k]);
    CompileOptions options = CompileOptions.batch(1).unoptimized();
    try (CpuPlan plan = (CpuPlan) new CpuBackend().compile(network(of), parameters, options)) {
      assertEquals(Form.DIRECT, form(plan));
    }
  }

  private static Network network(Case of) {
    NetworkBuilder builder = new NetworkBuilder("one convolution");
    Value x = builder.input("x", Shape.of(Shape.N, of.c, of.h, of.w));
    Value residual = null;
    if (of.residual) {
      residual = of.n % 2 == 0 ? builder.conv2d("side", x, of.k, Window.square(1, 1, 0)) : x;
    }
    Value y = builder.conv2d("conv", x, new Conv2d(of.k, of.window, 1, true, Epilogue.NONE));
    if (of.residual) {
      y = builder.add("add", y, residual);
    }
    builder.output("y", builder.relu("relu", y));
    return builder.build();
  }

  private static Parameters parameters(Case of, double[] weight, double[] bias) {
    float[] identity = new float[of.k * of.c];
    for (int i = 0; i < Math.min(of.k, of.c); i++) {
      identity[i * of.c + i] = 1;
    }
    return new Parameters(
        Map.of(
            "conv.weight", tensor(weight, of.k, of.c, 3, 3),
            "conv.bias", tensor(bias, of.k),
            "side.weight", Tensor.of(Shape.of(of.k, of.c, 1, 1), identity)));
  }

  private static Tensor tensor(double[] values, int... extents) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return Tensor.of(Shape.of(extents), floats);
  }

  private static Form form(CpuPlan plan) {
    long kernels = plan.program().steps().stream().filter(k -> k.node().equals("conv")).count();
    long convolutions =
        plan.program().steps().stream()
            .filter(k -> k.node().equals("conv") && k instanceof CpuStep.Primitive)
            .filter(k -> ((CpuStep.Primitive) k).description().contains("conv"))
            .count();
    if (kernels == 1) {
      return Form.DIRECT;
    }
    return convolutions == Winograd.INPUTS ? Form.ROWS : Form.TILES;
  }

  /**
   * The convolution in double precision, and how many unit roundoffs an output may err by: √n times
   * the sum of the magnitudes of all that is added, through both transforms, n roundings one behind
   * the other.
   */
  private static final class Definition {
    private static final int T = Winograd.INPUTS;

    private final Case of;
    private final double[] x;
    private final double[] weight;
    private final double[] y;
    private final double[] magnitude;

    Definition(Case of, double[] x, double[] weight, double[] bias) {
      this.of = of;
      this.x = x;
      this.weight = weight;
      y = new double[of.n * of.rows() * of.columns() * of.k];
      magnitude = new double[y.length];
      for (int i = 0; i < y.length; i++) {
        int k = i % of.k;
        int column = i / of.k % of.columns();
        int row = i / of.k / of.columns() % of.rows();
        int image = i / of.k / of.columns() / of.rows();
        double residual = of.residual && k < of.c ? pixel(image, row, column, k) : 0;
        y[i] = Math.max(0, sum(image, row, column, k) + bias[k] + residual);
        magnitude[i] = Math.abs(bias[k]) + Math.abs(residual);
      }
      boolean direct = of.form == Form.DIRECT;
      int[] down = direct ? new int[] {1, 1} : new int[] {Winograd.OUTPUTS, T};
      int[] across = of.form == Form.TILES ? down : new int[] {1, 1};
      double roundings = of.c * 9 + 2.0 * (down[1] + across[1]) + 4;
      addMagnitudes(down[0], across[0]);
      for (int i = 0; i < y.length; i++) {
        magnitude[i] *= Math.sqrt(roundings);
      }
    }

    private double pixel(int image, int row, int column, int c) {
      boolean inside = row >= 0 && row < of.h && column >= 0 && column < of.w;
      return inside ? x[((image * of.h + row) * of.w + column) * of.c + c] : 0;
    }

    private double sum(int image, int row, int column, int k) {
      Window w = of.window;
      double sum = 0;
      for (int tap = 0; tap < 9; tap++) {
        int r = row * w.strideY() - w.padTop() + tap / 3 * w.dilationY();
        int q = column * w.strideX() - w.padLeft() + tap % 3 * w.dilationX();
        for (int c = 0; c < of.c; c++) {
          sum += pixel(image, r, q, c) * weight[(k * of.c + c) * 9 + tap];
        }
      }
      return sum;
    }

    /** |Aᵀ| Σ (|G| |g|) ⊙ (|Bᵀ| |d|) along the axes that are filtered, |g| |d| along the others. */
    private void addMagnitudes(int tileRows, int tileColumns) {
      double[][] down = axis(tileRows);
      double[][] across = axis(tileColumns);
      int pr = down.length;
      int pc = across.length;
      double[] u = filterMagnitudes(down, across);
      for (int image = 0; image < of.n; image++) {
        for (int row = 0; row < of.rows(); row += tileRows) {
          for (int column = 0; column < of.columns(); column += tileColumns) {
            double[] m = new double[pr * pc * of.k];
            double[] v = inputMagnitudes(image, row, column, down, across);
            for (int p = 0; p < pr * pc; p++) {
              for (int c = 0; c < of.c; c++) {
                for (int k = 0; k < of.k; k++) {
                  m[p * of.k + k] += v[p * of.c + c] * u[(p * of.c + c) * of.k + k];
                }
              }
            }
            spread(image, row, column, tileRows, tileColumns, m);
          }
        }
      }
    }

    /** Rows (products), columns (|G| over three taps, then |Bᵀ| over the inputs). */
    private static double[][] axis(int tile) {
      if (tile == 1) {
        return new double[][] {{1, 0, 0, 1, 0, 0}, {0, 1, 0, 0, 1, 0}, {0, 0, 1, 0, 0, 1}};
      }
      float[] bt = Winograd.inputTransform();
      double[][] rows = new double[T][Winograd.TAPS + T];
      for (int p = 0; p < T; p++) {
        for (int tap = 0; tap < Winograd.TAPS; tap++) {
          rows[p][tap] = Math.abs(Winograd.filterTransform()[p][tap]);
        }
        for (int i = 0; i < T; i++) {
          rows[p][Winograd.TAPS + i] = Math.abs(bt[p * T + i]);
        }
      }
      return rows;
    }

    private double[] filterMagnitudes(double[][] down, double[][] across) {
      double[] u = new double[down.length * across.length * of.c * of.k];
      for (int p = 0; p < down.length * across.length; p++) {
        for (int i = 0; i < of.c * of.k; i++) {
          int at = (i % of.k * of.c + i / of.k) * 9;
          for (int tap = 0; tap < 9; tap++) {
            u[p * of.c * of.k + i] +=
                down[p / across.length][tap / 3]
                    * across[p % across.length][tap % 3]
                    * Math.abs(weight[at + tap]);
          }
        }
      }
      return u;
    }

    private double[] inputMagnitudes(
        int image, int row, int column, double[][] down, double[][] across) {
      Window w = of.window;
      double[] v = new double[down.length * across.length * of.c];
      for (int p = 0; p < down.length * across.length; p++) {
        double[] r = down[p / across.length];
        double[] q = across[p % across.length];
        for (int i = 0; i < r.length - 3; i++) {
          for (int j = 0; j < q.length - 3; j++) {
            double factor = r[3 + i] * q[3 + j];
            int y0 = row * w.strideY() - w.padTop() + i * w.dilationY();
            int x0 = column * w.strideX() - w.padLeft() + j * w.dilationX();
            for (int c = 0; factor != 0 && c < of.c; c++) {
              v[p * of.c + c] += factor * Math.abs(pixel(image, y0, x0, c));
            }
          }
        }
      }
      return v;
    }

    private void spread(int image, int row, int column, int tileRows, int tileColumns, double[] m) {
      float[] at = Winograd.outputTransform();
      int pc = tileColumns == 1 ? 3 : T;
      int pr = tileRows == 1 ? 3 : T;
      for (int i = row; i < Math.min(of.rows(), row + tileRows); i++) {
        for (int j = column; j < Math.min(of.columns(), column + tileColumns); j++) {
          int to = ((image * of.rows() + i) * of.columns() + j) * of.k;
          for (int p = 0; p < pr * pc; p++) {
            double a = tileRows == 1 ? 1 : Math.abs(at[(i - row) * T + p / pc]);
            double b = tileColumns == 1 ? 1 : Math.abs(at[(j - column) * T + p % pc]);
            for (int k = 0; k < of.k; k++) {
              magnitude[to + k] += a * b * m[p * of.k + k];
            }
          }
        }
      }
    }
  }
}
