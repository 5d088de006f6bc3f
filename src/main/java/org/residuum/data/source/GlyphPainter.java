package org.residuum.data.source;

import java.util.Arrays;
import org.residuum.data.prepare.SplitMix;

/**
 * Draws one glyph, 28 × 28, as light ink on black. Everything random comes from the key, and only
 * arithmetic that Java defines to the bit is used, so a glyph is the same on every machine.
 */
final class GlyphPainter {
  static final int SIDE = 28;

  private final double[] ink = new double[SIDE * SIDE];
  private long key;
  private long draws;

  /** Draws a glyph of class {@code label}, {@code (28, 28, 1)}. */
  byte[] paint(int label, long newKey) {
    key = newKey;
    draws = 0;
    Arrays.fill(ink, 0);
    Stroke[][] variants = GlyphShapes.DIGITS[label];
    Stroke[] strokes = variants[(int) (uniform() * variants.length)];
    double[] affine = affine();
    double radius = between(0.6, 1.7);
    double strength = between(0.7, 1);
    for (Stroke stroke : strokes) {
      draw(affine, jittered(stroke, 0.035).polyline(), radius, strength);
    }
    smudge();
    return bytes();
  }

  /** Rotation, shear, scale and shift: {@code x' = a x + b y + c, y' = d x + e y + f}, pixels. */
  private double[] affine() {
    double angle = 0.16 * normal();
    double shear = 0.16 * normal();
    double sizeX = between(13, 21);
    double sizeY = between(16, 22);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double a = cos * sizeX;
    double b = (cos * shear - sin) * sizeY;
    double d = sin * sizeX;
    double e = (sin * shear + cos) * sizeY;
    double centerX = SIDE / 2.0 + 1.2 * normal();
    double centerY = SIDE / 2.0 + 1.2 * normal();
    return new double[] {
      a, b, centerX - 0.5 * (a + b), d, e, centerY - 0.5 * (d + e),
    };
  }

  private Stroke jittered(Stroke stroke, double amount) {
    double[] points = stroke.points().clone();
    for (int i = 0; i < points.length; i++) {
      points[i] += amount * normal();
    }
    return new Stroke(stroke.smooth(), points);
  }

  private void draw(double[] affine, double[] corners, double radius, double strength) {
    double lastX = 0;
    double lastY = 0;
    for (int i = 0; i < corners.length; i += 2) {
      double x = affine[0] * corners[i] + affine[1] * corners[i + 1] + affine[2];
      double y = affine[3] * corners[i] + affine[4] * corners[i + 1] + affine[5];
      if (i > 0) {
        segment(lastX, lastY, x, y, radius, strength);
      }
      lastX = x;
      lastY = y;
    }
  }

  /** A round-ended line; coverage falls from 1 to 0 over the pixel at its edge. */
  private void segment(double x0, double y0, double x1, double y1, double radius, double strength) {
    double dx = x1 - x0;
    double dy = y1 - y0;
    double squared = Math.max(1e-12, dx * dx + dy * dy);
    int top = clamp(Math.min(y0, y1) - radius - 1);
    int bottom = clamp(Math.max(y0, y1) + radius + 1);
    int left = clamp(Math.min(x0, x1) - radius - 1);
    int right = clamp(Math.max(x0, x1) + radius + 1);
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        double px = x + 0.5 - x0;
        double py = y + 0.5 - y0;
        double t = Math.max(0, Math.min(1, (px * dx + py * dy) / squared));
        double ex = px - t * dx;
        double ey = py - t * dy;
        double coverage = Math.min(1, radius + 0.5 - Math.sqrt(ex * ex + ey * ey));
        ink[y * SIDE + x] = Math.max(ink[y * SIDE + x], strength * coverage);
      }
    }
  }

  private static int clamp(double pixel) {
    return (int) Math.max(0, Math.min(SIDE - 1, pixel));
  }

  /** Up to two short stray strokes. */
  private void smudge() {
    int count = (int) (uniform() * 3);
    for (int i = 0; i < count; i++) {
      double x = uniform() * SIDE;
      double y = uniform() * SIDE;
      double strength = between(0.15, 0.55);
      segment(x, y, x + 3 * normal(), y + 3 * normal(), between(0.4, 0.9), strength);
    }
  }

  private byte[] bytes() {
    double noise = between(0, 0.09);
    byte[] pixels = new byte[ink.length];
    for (int i = 0; i < pixels.length; i++) {
      double value = ink[i] + noise * normal();
      pixels[i] = (byte) Math.max(0, Math.min(255, (int) (value * 255 + 0.5)));
    }
    return pixels;
  }

  private double uniform() {
    return SplitMix.unit(SplitMix.at(key, draws++));
  }

  private double between(double low, double high) {
    return low + (high - low) * uniform();
  }

  /** Nearly normal, mean 0 and deviation 1: four uniform numbers of 16 bits each. */
  private double normal() {
    long bits = SplitMix.at(key, draws++);
    long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
    return (sum / 65535.0 - 2) * 1.7320508075688772;
  }
}
