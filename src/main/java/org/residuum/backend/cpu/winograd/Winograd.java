package org.residuum.backend.cpu.winograd;

/**
 * Winograd's minimal filtering F(4, 3): four neighbouring outputs of a filter of three taps from
 * six products instead of twelve, y = Aᵀ [ (G g) ⊙ (Bᵀ d) ], d six neighbouring inputs (Winograd
 * 1980; Lavin and Gray 2016, equations 8 and 9). The polynomials are evaluated at 0, ±3/4, ±3/2 and
 * ∞, not at Lavin's 0, ±1, ±2 and ∞: all coefficients are exact in binary, and over two axes and
 * 256 channels the error came to twice that of a plain sum, against four times (Barabasz et al.
 * 2018 on the choice of points).
 */
public final class Winograd {
  /** Outputs of a tile along one axis. */
  public static final int OUTPUTS = 4;

  /** Taps of the filter along one axis. */
  public static final int TAPS = 3;

  /** Inputs of a tile, and products, along one axis. */
  public static final int INPUTS = OUTPUTS + TAPS - 1;

  private static final double[] POINTS = {0, 0.75, -0.75, 1.5, -1.5};

  private Winograd() {}

  /** Bᵀ, (products, inputs): row p holds the coefficients of Π (x - q) over the points q ≠ p. */
  public static float[] inputTransform() {
    float[] rows = new float[INPUTS * INPUTS];
    for (int p = 0; p < INPUTS; p++) {
      double[] coefficients = {1};
      for (int q = 0; q < POINTS.length; q++) {
        coefficients = q == p ? coefficients : timesLinear(coefficients, POINTS[q]);
      }
      for (int i = 0; i < coefficients.length; i++) {
        rows[p * INPUTS + i] = (float) coefficients[i];
      }
    }
    return rows;
  }

  /** The coefficients of f(x) (x - root), the constant first. */
  private static double[] timesLinear(double[] f, double root) {
    double[] product = new double[f.length + 1];
    for (int i = 0; i < f.length; i++) {
      product[i + 1] += f[i];
      product[i] -= root * f[i];
    }
    return product;
  }

  /** G, (products, taps): 1, p, p² over Π (p - q); the taps' last one at ∞. */
  public static double[][] filterTransform() {
    double[][] rows = new double[INPUTS][TAPS];
    for (int p = 0; p < POINTS.length; p++) {
      double divisor = 1;
      for (int q = 0; q < POINTS.length; q++) {
        divisor *= q == p ? 1 : POINTS[p] - POINTS[q];
      }
      for (int tap = 0; tap < TAPS; tap++) {
        rows[p][tap] = Math.pow(POINTS[p], tap) / divisor;
      }
    }
    rows[INPUTS - 1][TAPS - 1] = 1;
    return rows;
  }

  /** Aᵀ, (outputs, products): 1, p, p², p³, and ∞ for the last output. */
  public static float[] outputTransform() {
    float[] rows = new float[OUTPUTS * INPUTS];
    for (int output = 0; output < OUTPUTS; output++) {
      for (int p = 0; p < POINTS.length; p++) {
        rows[output * INPUTS + p] = (float) Math.pow(POINTS[p], output);
      }
    }
    rows[rows.length - 1] = 1;
    return rows;
  }
}
