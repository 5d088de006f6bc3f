package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** Cases of elementwise.cu. */
final class ElementwiseCases {
  private static final int[] SIZES = {1, 3, 7, 17, 64, 65, 1030};
  private static final LaunchShape TWO_BLOCKS = new LaunchShape(2, 1, 64, 1);

  private interface Unary {
    float apply(float a);
  }

  private interface Binary {
    float apply(float a, float b);
  }

  private ElementwiseCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      for (int offset : new int[] {0, 1}) {
        for (int n : SIZES) {
          Size size = new Size(storage, n, offset);
          unary(cases, size, kernel("relu_forward"), x -> x < 0 ? 0 : x);
          unary(
              cases,
              size,
              kernel("clip_forward"),
              x -> x < -0.5f ? -0.5f : x > 1 ? 1 : x,
              -0.5f,
              1f);
          binary(cases, size, kernel("residual_add_forward"), Float::sum);
          binary(cases, size, kernel("residual_add_relu_forward"), (a, b) -> a + b < 0 ? 0 : a + b);
          binary(cases, size, kernel("multiply_forward"), (a, b) -> a * b);
          binary(cases, size, kernel("relu_backward"), (y, dy) -> y > 0 ? dy : 0);
          binary(
              cases,
              size,
              kernel("clip_backward"),
              (y, dy) -> y > -0.5f && y < 1 ? dy : 0,
              -0.5f,
              1f);
          sigmoid(cases, size);
          fill(cases, size);
        }
      }
      multiplyChannels(cases, storage);
      nanPasses(cases, storage);
    }
    return cases;
  }

  private record Size(ElementType storage, int n, int offset) {
    String detail() {
      return "n=" + n + (offset == 0 ? "" : " unaligned");
    }

    KernelCase of(Kernel kernel, KernelCase.Body body) {
      return new KernelCase(
          kernel,
          storage,
          detail(),
          rig -> {
            rig.misalignBy(offset);
            body.run(rig);
          });
    }
  }

  /** The input, its size and the scalars of a clip. */
  private static Object[] arguments(List<DeviceArray> arrays, int n, float[] scalars) {
    List<Object> arguments = new ArrayList<>(arrays);
    arguments.add((long) n);
    for (float scalar : scalars) {
      arguments.add(scalar);
    }
    return arguments.toArray();
  }

  private static void unary(
      List<KernelCase> cases, Size size, Kernel kernel, Unary f, float... scalars) {
    cases.add(
        size.of(
            kernel,
            rig -> {
              float[] x = size.n() % 2 == 0 ? rig.fewLevels(size.n()) : rig.activations(size.n());
              DeviceArray in = rig.in(x);
              DeviceArray y = rig.out(size.n());
              rig.launch(kernel, size.n(), 1, arguments(List.of(in, y), size.n(), scalars));
              float[] expected = new float[x.length];
              for (int i = 0; i < x.length; i++) {
                expected[i] = rig.stored(f.apply(x[i]));
              }
              Check.exact("y", expected, y.read());
              rig.launch(kernel, TWO_BLOCKS, arguments(List.of(in, in), size.n(), scalars));
              Check.exact("y in place of x", expected, in.read());
            }));
  }

  private static void binary(
      List<KernelCase> cases, Size size, Kernel kernel, Binary f, float... scalars) {
    cases.add(
        size.of(
            kernel,
            rig -> {
              float[] a = rig.fewLevels(size.n());
              float[] b = rig.activations(size.n());
              DeviceArray first = rig.in(a);
              DeviceArray second = rig.in(b);
              DeviceArray y = rig.out(size.n());
              rig.launch(
                  kernel, size.n(), 1, arguments(List.of(first, second, y), size.n(), scalars));
              float[] expected = new float[a.length];
              for (int i = 0; i < a.length; i++) {
                expected[i] = rig.stored(f.apply(a[i], b[i]));
              }
              Check.exact("y", expected, y.read());
              rig.launch(
                  kernel, TWO_BLOCKS, arguments(List.of(first, second, second), size.n(), scalars));
              Check.exact("y in place of b", expected, second.read());
            }));
  }

  private static void sigmoid(List<KernelCase> cases, Size size) {
    cases.add(
        size.of(
            kernel("sigmoid_forward"),
            rig -> {
              float[] x = rig.activations(size.n());
              x[0] = -88;
              DeviceArray y = rig.out(size.n());
              rig.launch(kernel("sigmoid_forward"), size.n(), 1, rig.in(x), y, (long) size.n());
              // -x · log2 e, ex2 (two units), 1 + e, 1 / s: each error is relative to the result;
              // the first is multiplied by |x|.
              Check.close(
                  "y",
                  rig.storage(),
                  i -> 1 / (1 + Math.exp(-(double) x[i])),
                  y.read(),
                  8 + Math.abs(x[0]),
                  i -> 1 / (1 + Math.exp(-(double) x[i])));
            }));
    cases.add(
        size.of(
            kernel("sigmoid_backward"),
            rig -> {
              float[] y = rig.activations(size.n());
              float[] dy = rig.activations(size.n());
              DeviceArray dx = rig.out(size.n());
              rig.launch(
                  kernel("sigmoid_backward"),
                  size.n(),
                  1,
                  rig.in(y),
                  rig.in(dy),
                  dx,
                  (long) size.n());
              Check.close(
                  "dx",
                  rig.storage(),
                  i -> dy[i] * (double) y[i] * (1 - (double) y[i]),
                  dx.read(),
                  3,
                  i -> Math.abs(dy[i] * (double) y[i]) * (1 + Math.abs(y[i])));
            }));
  }

  private static void fill(List<KernelCase> cases, Size size) {
    cases.add(
        size.of(
            kernel("fill"),
            rig -> {
              DeviceArray y = rig.out(size.n());
              rig.launch(kernel("fill"), size.n(), 1, y, (long) size.n(), -1.25f);
              float[] expected = new float[size.n()];
              java.util.Arrays.fill(expected, -1.25f);
              Check.exact("y", expected, y.read());
            }));
  }

  private static void multiplyChannels(List<KernelCase> cases, ElementType storage) {
    int[][] shapes = {{1, 1, 1}, {3, 5, 3}, {2, 9, 8}, {2, 65, 17}, {3, 40, 16}};
    for (int[] shape : shapes) {
      int images = shape[0];
      int pixels = shape[1];
      int channels = shape[2];
      cases.add(
          new KernelCase(
              kernel("multiply_channels_forward"),
              storage,
              images + "×" + pixels + "×" + channels,
              rig -> {
                float[] a = rig.activations(images * pixels * channels);
                float[] s = rig.activations(images * channels);
                DeviceArray y = rig.out(a.length);
                rig.launch(
                    kernel("multiply_channels_forward"),
                    images,
                    1,
                    rig.in(a),
                    rig.in(s),
                    y,
                    (long) images,
                    pixels,
                    channels);
                float[] expected = new float[a.length];
                for (int i = 0; i < a.length; i++) {
                  int scale = i / (pixels * channels) * channels + i % channels;
                  expected[i] = rig.stored(a[i] * s[scale]);
                }
                Check.exact("y", expected, y.read());
              }));
    }
  }

  private static void nanPasses(List<KernelCase> cases, ElementType storage) {
    cases.add(
        new KernelCase(
            kernel("relu_forward"),
            storage,
            "hands NaN and infinities on",
            rig -> {
              float[] x = {
                Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f, -1f, Float.NaN, 1f
              };
              DeviceArray y = rig.out(x.length);
              rig.launch(kernel("relu_forward"), x.length, 1, rig.in(x), y, (long) x.length);
              float inf = Float.POSITIVE_INFINITY;
              Check.exact("y", new float[] {Float.NaN, inf, 0, 0, 0, Float.NaN, 1}, y.read());
            }));
  }
}
