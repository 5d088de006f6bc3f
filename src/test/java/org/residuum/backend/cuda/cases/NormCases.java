package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** Cases of the global norm in optimizer.cu: the sums of squares of blocks, and the scale. */
final class NormCases {
  private static final int BLOCK = 256;
  private static final int LANES = 4;

  /** A grid of over 2^32 threads. */
  private static final int FAR_BLOCKS = (1 << 24) + 1;

  private static final float INFINITY = Float.POSITIVE_INFINITY;

  private NormCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (int n : new int[] {1, 3, 4, 7, 66, 1030, 3000, 9000}) {
      add(cases, "square_sums", "n=" + n, rig -> everyWay(rig, n));
    }
    // From one round to nine of the loop over single elements, which nvcc unrolls.
    for (int n = 5; n < 9 * BLOCK; n += BLOCK) {
      int elements = n;
      add(
          cases,
          "square_sums",
          "n=" + n + " unaligned",
          rig -> squares(rig, elements).misalignedAlone(new LaunchShape(1, 1, BLOCK, 1), false));
      add(cases, "clip_scale", n + " partial sums", rig -> scale(rig, coarse(rig, elements), 1));
    }
    add(cases, "square_sums", "over 2^32 elements", rig -> far(rig, FAR_BLOCKS));
    add(cases, "square_sums", "over 2^31 threads", rig -> far(rig, FAR_BLOCKS / 4 * 3));
    add(cases, "clip_scale", "below, at and above the limit, and without", NormCases::limits);
    for (float odd : new float[] {INFINITY, Float.NaN}) {
      float[] partials = {1, odd, 2};
      add(cases, "clip_scale", "of " + odd, rig -> scale(rig, partials, 1));
      add(cases, "clip_scale", "of " + odd + " without limit", rig -> scale(rig, partials, 0));
    }
    return cases;
  }

  private static void add(
      List<KernelCase> cases, String name, String detail, KernelCase.Body body) {
    cases.add(new KernelCase(kernel(name), ElementType.F32, detail, body));
  }

  private static void everyWay(KernelRig rig, int n) {
    for (int blocks : new int[] {1, 2, 3}) {
      LaunchShape shape = new LaunchShape(blocks, 1, BLOCK, 1);
      squares(rig, n, blocks, true).on(shape);
    }
    LaunchShape two = new LaunchShape(2, 1, BLOCK, 1);
    squares(rig, n, 2, false).misaligned(two, "g");
  }

  private static Trial squares(KernelRig rig, int n) {
    // One block: it does not matter which thread takes an element.
    return squares(rig, n, 1, true);
  }

  /** Values of few bits, so that the sums are exact; the last one infinite where n is odd. */
  private static Trial squares(KernelRig rig, int n, int blocks, boolean aligned) {
    float[] g = coarse(rig, n);
    if (n % 2 == 1 && n > 1) {
      g[n - 1] = -INFINITY;
    }
    int vectors = aligned ? n / LANES : 0;
    float[] sums = new float[blocks];
    for (int i = 0; i < n; i++) {
      int thread = i < vectors * LANES ? i / LANES : i - vectors * LANES;
      sums[thread / BLOCK % blocks] += g[i] * g[i];
    }
    return new Trial(rig, kernel("square_sums")).readsF32(g).writesF32(sums).numbers((long) n);
  }

  private static float[] coarse(KernelRig rig, int n) {
    float[] values = rig.coarse(n);
    for (int i = 0; i < n; i++) {
      values[i] = Math.abs(values[i]);
    }
    return values;
  }

  private static void far(KernelRig rig, int blocks) {
    rig.needsSomeBlocks();
    LaunchShape grid = new LaunchShape(blocks, 1, BLOCK, 1);
    for (int width : new int[] {LANES, 1}) {
      long threads = (long) blocks * BLOCK;
      long first = threads - BLOCK;
      long second = first + threads;
      Spread spread =
          new Spread(
              (second + 8) * width,
              new long[] {first * width, second * width},
              new int[] {BLOCK * width, 8 * width});
      float[] g = rig.coarse(spread.elements());
      float[] sum = new float[1];
      for (float value : g) {
        sum[0] += value * value;
      }
      DeviceArray in = rig.array(ElementType.F32, spread, width == 1 ? 1 : 0).write(g);
      Spread last = new Spread(blocks, new long[] {blocks - 1}, new int[] {1});
      DeviceArray partials = rig.array(ElementType.F32, last, 0);
      rig.launchBlocks(
          kernel("square_sums"),
          new RigDevice.Blocks(grid, blocks - 1, blocks),
          in,
          partials,
          spread.total());
      Check.same("the last partial sum", sum, partials.read());
    }
  }

  private static void limits(KernelRig rig) {
    for (float limit : new float[] {0, -1, 1.5f, 2, 2.5f, Float.NaN, INFINITY}) {
      scale(rig, new float[] {0, 4, 0}, limit);
    }
    scale(rig, new float[] {0}, 1);
    scale(rig, new float[] {0}, 0);
  }

  private static void scale(KernelRig rig, float[] partials, float limit) {
    float sum = 0;
    for (float partial : partials) {
      sum += partial;
    }
    float norm = (float) Math.sqrt(sum);
    float scale = limit > 0 && norm > limit ? limit / norm : 1;
    float[] before = {-1, -2, limit, 3, 4, 5};
    float[] after = {norm, Float.isFinite(norm) ? scale : 0, limit, 3, 4, 5};
    new Trial(rig, kernel("clip_scale"))
        .readsF32(partials)
        .updatesF32(before, (what, actual) -> Check.same(what, after, actual))
        .numbers(partials.length)
        .on(new LaunchShape(1, 1, BLOCK, 1));
  }
}
