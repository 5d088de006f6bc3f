package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;

/** Cases of pooling.cu. */
final class PoolingCases {
  private PoolingCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      for (Geometry g : Geometry.all()) {
        add(cases, kernel("max_pool_forward"), storage, g, 0, rig -> maxForward(rig, g, false));
        add(cases, kernel("max_pool_backward"), storage, g, 0, rig -> maxBackward(rig, g, false));
        for (boolean counted : new boolean[] {false, true}) {
          add(
              cases,
              kernel("average_pool_forward"),
              storage,
              g,
              0,
              rig -> averageForward(rig, g, counted));
          add(
              cases,
              kernel("average_pool_backward"),
              storage,
              g,
              0,
              rig -> averageBackward(rig, g, counted));
        }
      }
      Geometry g = Geometry.square(1, 6, 8, 3, 2, 1);
      add(cases, kernel("max_pool_forward"), storage, g, 1, rig -> maxForward(rig, g, true));
      add(cases, kernel("max_pool_backward"), storage, g, 1, rig -> maxBackward(rig, g, true));
      add(cases, kernel("max_pool_backward"), storage, g, 0, rig -> maxBackward(rig, g, true));
      add(
          cases,
          kernel("average_pool_backward"),
          storage,
          g,
          1,
          rig -> averageBackward(rig, g, true));
      global(cases, storage);
    }
    return cases;
  }

  private static void add(
      List<KernelCase> cases,
      Kernel kernel,
      ElementType storage,
      Geometry g,
      int offset,
      KernelCase.Body body) {
    cases.add(
        new KernelCase(
            kernel,
            storage,
            g + (offset == 0 ? "" : " unaligned"),
            rig -> {
              rig.misalignBy(offset);
              body.run(rig);
            }));
  }

  private static Object[] join(Object[] first, Object... rest) {
    Object[] all = Arrays.copyOf(first, first.length + rest.length);
    System.arraycopy(rest, 0, all, first.length, rest.length);
    return all;
  }

  private static float[] input(KernelRig rig, Geometry g, boolean withNan) {
    float[] x = rig.fewLevels(g.inputs());
    for (int i = 0; withNan && i < x.length; i++) {
      x[i] = rig.nextInt(6) == 0 ? Float.NaN : x[i];
    }
    return x;
  }

  /** The tap of the window's maximum: the first of equal ones, the last of NaNs. */
  private static int winner(Geometry g, float[] x, int position, int c) {
    int best = -1;
    for (int tap = 0; tap < g.taps(); tap++) {
      int i = g.seen(position, tap);
      if (i >= 0 && (best < 0 || x[i + c] > x[best] || Float.isNaN(x[i + c]))) {
        best = i + c;
      }
    }
    return best;
  }

  private static void maxForward(KernelRig rig, Geometry g, boolean withNan) {
    float[] x = input(rig, g, withNan);
    DeviceArray y = rig.out(g.outputs());
    rig.launch(
        kernel("max_pool_forward"),
        (long) g.images() * g.outHeight(),
        1,
        join(new Object[] {rig.in(x), y}, g.arguments()));
    float[] expected = new float[g.outputs()];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = x[winner(g, x, i / g.channels(), i % g.channels())];
    }
    Check.exact("y", expected, y.read());
  }

  private static void maxBackward(KernelRig rig, Geometry g, boolean withNan) {
    float[] x = input(rig, g, withNan);
    // Few bits, so that sums of several windows' gradients are exact in any order.
    float[] dy = rig.fewLevels(g.outputs());
    DeviceArray dx = rig.out(x.length);
    rig.launch(
        kernel("max_pool_backward"),
        (long) g.images() * g.height(),
        1,
        join(new Object[] {rig.in(x), rig.in(dy), dx}, g.arguments()));
    float[] expected = new float[x.length];
    for (int i = 0; i < dy.length; i++) {
      expected[winner(g, x, i / g.channels(), i % g.channels())] += dy[i];
    }
    Check.exact("dx", expected, dx.read());
  }

  private static int divisor(Geometry g, int position, boolean counted) {
    int seen = 0;
    for (int tap = 0; tap < g.taps(); tap++) {
      seen += g.seen(position, tap) >= 0 ? 1 : 0;
    }
    return counted ? g.tapsInPaddedImage(position) : seen;
  }

  private static void averageForward(KernelRig rig, Geometry g, boolean counted) {
    float[] x = rig.activations(g.inputs());
    DeviceArray y = rig.out(g.outputs());
    rig.launch(
        kernel("average_pool_forward"),
        (long) g.images() * g.outHeight(),
        1,
        join(
            join(new Object[] {rig.in(x), y}, g.arguments()),
            g.bottom(),
            g.right(),
            counted ? 1 : 0));
    float[] expected = new float[g.outputs()];
    for (int i = 0; i < expected.length; i++) {
      float sum = 0;
      for (int tap = 0; tap < g.taps(); tap++) {
        int seen = g.seen(i / g.channels(), tap);
        sum += seen < 0 ? 0 : x[seen + i % g.channels()];
      }
      expected[i] = rig.stored(sum / divisor(g, i / g.channels(), counted));
    }
    Check.exact("y", expected, y.read());
  }

  private static void averageBackward(KernelRig rig, Geometry g, boolean counted) {
    float[] dy = rig.activations(g.outputs());
    DeviceArray dx = rig.out(g.inputs());
    rig.launch(
        kernel("average_pool_backward"),
        (long) g.images() * g.height(),
        1,
        join(
            join(new Object[] {rig.in(dy), dx}, g.arguments()),
            g.bottom(),
            g.right(),
            counted ? 1 : 0));
    double[] sums = new double[g.inputs()];
    double[] magnitudes = new double[g.inputs()];
    for (int i = 0; i < dy.length; i++) {
      double share = (double) dy[i] / divisor(g, i / g.channels(), counted);
      for (int tap = 0; tap < g.taps(); tap++) {
        int seen = g.seen(i / g.channels(), tap);
        if (seen >= 0) {
          sums[seen + i % g.channels()] += share;
          magnitudes[seen + i % g.channels()] += Math.abs(share);
        }
      }
    }
    Check.close("dx", rig.storage(), i -> sums[i], dx.read(), g.taps() + 1, i -> magnitudes[i]);
  }

  private static void global(List<KernelCase> cases, ElementType storage) {
    int[][] shapes = {{1, 1, 1, 0}, {3, 49, 17, 0}, {2, 64, 64, 0}, {5, 7, 3, 0}, {2, 9, 16, 1}};
    for (int[] s : shapes) {
      int images = s[0];
      int pixels = s[1];
      int channels = s[2];
      String detail = images + "×" + pixels + "×" + channels + (s[3] == 0 ? "" : " unaligned");
      cases.add(
          new KernelCase(
              kernel("global_average_pool_forward"),
              storage,
              detail,
              rig -> {
                rig.misalignBy(s[3]);
                float[] x = rig.activations(images * pixels * channels);
                DeviceArray y = rig.out(images * channels);
                rig.launch(
                    kernel("global_average_pool_forward"),
                    images,
                    1,
                    rig.in(x),
                    y,
                    (long) images,
                    pixels,
                    channels);
                float[] expected = new float[images * channels];
                for (int i = 0; i < x.length; i++) {
                  expected[i / (pixels * channels) * channels + i % channels] += x[i];
                }
                for (int i = 0; i < expected.length; i++) {
                  expected[i] = rig.stored(expected[i] / pixels);
                }
                Check.exact("y", expected, y.read());
              }));
      cases.add(
          new KernelCase(
              kernel("global_average_pool_backward"),
              storage,
              detail,
              rig -> {
                rig.misalignBy(s[3]);
                float[] dy = rig.activations(images * channels);
                DeviceArray dx = rig.out(images * pixels * channels);
                rig.launch(
                    kernel("global_average_pool_backward"),
                    images,
                    1,
                    rig.in(dy),
                    dx,
                    (long) images,
                    pixels,
                    channels);
                float[] expected = new float[images * pixels * channels];
                for (int i = 0; i < expected.length; i++) {
                  float g = dy[i / (pixels * channels) * channels + i % channels];
                  expected[i] = rig.stored(g / pixels);
                }
                Check.exact("dx", expected, dx.read());
              }));
    }
  }
}
