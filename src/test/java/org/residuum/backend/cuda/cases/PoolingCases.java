package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;

/** Cases of pooling.cu. */
final class PoolingCases {
  /** Pictures of one column, two taps high, a line of output for each line of input. */
  private static final Geometry FAR = new Geometry(2, 8, 1, 0, 2, 1, 1, 1, 1, 0, 0, 0, 1, 1, false);

  private PoolingCases() {}

  /** A window over images: all of them, or the two that one block takes of very many. */
  private record Pool(KernelRig rig, Geometry g, boolean far) {
    Spread inputs() {
      return far ? Lines.twoImages(g.inputs() / 2) : Spread.dense(g.inputs());
    }

    Spread outputs() {
      return far ? Lines.twoImages(g.outputs() / 2) : Spread.dense(g.outputs());
    }

    Object[] numbers() {
      Object[] numbers = g.arguments();
      numbers[0] = far ? Lines.IMAGES : g.images();
      return numbers;
    }

    Trial trial(String name) {
      return new Trial(rig, kernel(name));
    }
  }

  @FunctionalInterface
  private interface Maker {
    Trial trial(Pool pool);
  }

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      for (boolean withNan : new boolean[] {false, true}) {
        String detail = withNan ? " with NaN" : "";
        add(cases, storage, "max_pool_forward", detail, false, pool -> max(pool, withNan));
        add(cases, storage, "max_pool_backward", detail, true, pool -> maxGradient(pool, withNan));
      }
      for (boolean counted : new boolean[] {false, true}) {
        String detail = counted ? " padding counted" : "";
        add(cases, storage, "average_pool_forward", detail, false, pool -> average(pool, counted));
        add(
            cases,
            storage,
            "average_pool_backward",
            detail,
            true,
            pool -> averageGradient(pool, counted));
      }
    }
    return cases;
  }

  private static void add(
      List<KernelCase> cases,
      ElementType storage,
      String name,
      String detail,
      boolean linesOfInput,
      Maker maker) {
    Kernel kernel = kernel(name);
    int lanes = 16 / storage.bytes();
    for (Geometry g : Geometry.all()) {
      int lines = g.images() * (linesOfInput ? g.height() : g.outHeight());
      cases.add(
          new KernelCase(
              kernel,
              storage,
              g + detail,
              rig -> {
                Trial trial = maker.trial(new Pool(rig, g, false));
                if (detail.isEmpty()) {
                  // A lane on its own stops at the first pixel that beats it, a vector at the last.
                  boolean costs = !name.equals("max_pool_backward") || g.taps() < 10;
                  Lines.everyWay(trial, lines, g.width(), g.channels() % lanes == 0 && costs);
                } else {
                  Lines.rounds(trial);
                }
              }));
    }
    cases.add(
        new KernelCase(
            kernel,
            storage,
            "over 2^32 lines" + detail,
            rig -> {
              rig.needsSomeBlocks();
              for (int channels : new int[] {lanes, 1}) {
                maker
                    .trial(new Pool(rig, FAR.withChannels(channels), true))
                    .onBlock(Lines.FAR, Lines.LAST_BLOCK, true);
              }
            }));
  }

  /** Few levels, so that equal values are frequent, among them the least of all. */
  private static float[] input(Pool pool, boolean withNan) {
    float[] x = pool.rig().fewLevels(pool.g().inputs());
    float[] rare = {
      pool.rig().stored(-1e30f), Float.NEGATIVE_INFINITY, -0f, Float.POSITIVE_INFINITY, Float.NaN
    };
    for (int i = 0; i < x.length; i++) {
      int level = pool.rig().nextInt(withNan ? 12 : 8);
      if (level < 3) {
        x[i] = rare[level];
      } else if (withNan && level < 5) {
        x[i] = rare[level];
      }
    }
    if (!withNan) {
      // An image whose every value is beaten by an initial value that is not the least of all.
      for (int i = 0; i < x.length / pool.g().images(); i++) {
        x[i] = rare[pool.rig().nextInt(2)];
      }
    }
    return x;
  }

  /** The tap of the window's maximum: the first of equal ones, the last of NaNs; -1: no pixel. */
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

  private static Trial max(Pool pool, boolean withNan) {
    Geometry g = pool.g();
    float[] x = input(pool, withNan);
    float[] y = new float[g.outputs()];
    for (int i = 0; i < y.length; i++) {
      int winner = winner(g, x, i / g.channels(), i % g.channels());
      y[i] = winner < 0 ? Float.NEGATIVE_INFINITY : x[winner];
    }
    return pool.trial("max_pool_forward")
        .within(pool.inputs())
        .reads(x)
        .within(pool.outputs())
        .writes(y)
        .numbers(pool.numbers());
  }

  private static Trial maxGradient(Pool pool, boolean withNan) {
    Geometry g = pool.g();
    float[] x = input(pool, withNan);
    // Few bits, so that sums of several windows' gradients are exact in any order.
    float[] dy = pool.rig().coarse(g.outputs());
    float[] dx = new float[x.length];
    for (int i = 0; i < dy.length; i++) {
      int winner = winner(g, x, i / g.channels(), i % g.channels());
      if (winner >= 0) {
        dx[winner] += dy[i];
      }
    }
    for (int i = 0; i < dx.length; i++) {
      dx[i] = pool.rig().stored(dx[i]);
    }
    return pool.trial("max_pool_backward")
        .within(pool.inputs())
        .reads(x)
        .within(pool.outputs())
        .reads(dy)
        .within(pool.inputs())
        .writes(dx)
        .numbers(pool.numbers());
  }

  private static int divisor(Geometry g, int position, boolean counted) {
    int seen = 0;
    for (int tap = 0; tap < g.taps(); tap++) {
      seen += g.seen(position, tap) >= 0 ? 1 : 0;
    }
    return counted ? g.tapsInPaddedImage(position) : seen;
  }

  private static Trial average(Pool pool, boolean counted) {
    Geometry g = pool.g();
    float[] x = Specials.quick(pool.rig().activations(g.inputs()));
    float[] y = new float[g.outputs()];
    for (int i = 0; i < y.length; i++) {
      float sum = 0;
      for (int tap = 0; tap < g.taps(); tap++) {
        int seen = g.seen(i / g.channels(), tap);
        sum = seen < 0 ? sum : sum + x[seen + i % g.channels()];
      }
      y[i] = pool.rig().stored(sum / divisor(g, i / g.channels(), counted));
    }
    return pool.trial("average_pool_forward")
        .within(pool.inputs())
        .reads(x)
        .within(pool.outputs())
        .writes(y)
        .numbers(pool.numbers())
        .numbers(g.bottom(), g.right(), counted ? 1 : 0);
  }

  /** Each pixel adds the shares in the order of the taps. */
  private static Trial averageGradient(Pool pool, boolean counted) {
    Geometry g = pool.g();
    float[] dy = pool.rig().activations(g.outputs());
    float[] dx = new float[g.inputs()];
    for (int tap = 0; tap < g.taps(); tap++) {
      for (int i = 0; i < dy.length; i++) {
        int seen = g.seen(i / g.channels(), tap);
        if (seen >= 0) {
          dx[seen + i % g.channels()] += dy[i] / divisor(g, i / g.channels(), counted);
        }
      }
    }
    for (int i = 0; i < dx.length; i++) {
      dx[i] = pool.rig().stored(dx[i]);
    }
    return pool.trial("average_pool_backward")
        .within(pool.outputs())
        .reads(dy)
        .within(pool.inputs())
        .writes(dx)
        .numbers(pool.numbers())
        .numbers(g.bottom(), g.right(), counted ? 1 : 0);
  }
}
