package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;

/** Kernels over whole images: global pooling, and products with a value an image and channel. */
final class GlobalCases {
  private static final int[][] SHAPES = {
    {1, 1, 1},
    {3, 5, 3},
    {2, 9, 8},
    {2, 49, 17},
    {5, 13, 16},
    {7, 3, 24},
    {9, 2, 12},
    {1, 6, 40},
    {3, 4, 8}
  };

  /** Images of pixels of channels: all of them, or those that one block takes of over 2^33. */
  private record Images(KernelRig rig, Spread images, int pixels, int channels) {
    static Images far(KernelRig rig, int pixels, int channels) {
      long[] starts = {1L << 32, (1L << 33) + 8};
      return new Images(
          rig, new Spread((1L << 33) + 11, starts, new int[] {8, 3}), pixels, channels);
    }

    int count() {
      return images.elements();
    }

    Spread of(int elements) {
      long[] starts = images.starts().clone();
      int[] lengths = images.lengths().clone();
      for (int i = 0; i < starts.length; i++) {
        starts[i] *= elements;
        lengths[i] *= elements;
      }
      return new Spread(images.total() * elements, starts, lengths);
    }

    Spread elements() {
      return of(pixels * channels);
    }

    Spread means() {
      return of(channels);
    }

    /** The index of an element's channel in an array of means. */
    int mean(int i) {
      return i / (pixels * channels) * channels + i % channels;
    }

    Object[] numbers() {
      return new Object[] {images.total(), pixels, channels};
    }
  }

  @FunctionalInterface
  private interface Maker {
    Trial trial(Images images);
  }

  private GlobalCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      add(cases, storage, "multiply_channels_forward", GlobalCases::multiply);
      add(cases, storage, "global_average_pool_forward", GlobalCases::average);
      add(cases, storage, "global_average_pool_backward", GlobalCases::gradient);
    }
    return cases;
  }

  private static void add(List<KernelCase> cases, ElementType storage, String name, Maker maker) {
    int lanes = 16 / storage.bytes();
    for (int[] s : SHAPES) {
      cases.add(
          new KernelCase(
              kernel(name),
              storage,
              s[0] + "×" + s[1] + "×" + s[2] + " every way",
              rig ->
                  Lines.everyWay(
                      maker.trial(new Images(rig, Spread.dense(s[0]), s[1], s[2])),
                      s[0],
                      s[1],
                      s[2] % lanes == 0)));
    }
    cases.add(
        new KernelCase(
            kernel(name),
            storage,
            "over 2^33 images",
            rig -> {
              rig.needsSomeBlocks();
              maker.trial(Images.far(rig, 2, 3)).onBlock(Lines.FAR, Lines.LAST_BLOCK, true);
              maker.trial(Images.far(rig, 1, lanes)).onBlock(Lines.FAR, Lines.LAST_BLOCK, true);
              maker.trial(Images.far(rig, 5, 1)).onBlock(Lines.FAR, Lines.LAST_BLOCK, true);
              maker.trial(Images.far(rig, 5, lanes)).onBlock(Lines.FAR, Lines.LAST_BLOCK, true);
            }));
  }

  private static Trial multiply(Images images) {
    KernelRig rig = images.rig();
    float[] a = Specials.quick(rig.activations(images.elements().elements()));
    float[] s = rig.activations(images.means().elements());
    for (int i = 0; i < Math.min(8, s.length); i++) {
      s[i] = Specials.cycle(8)[i];
    }
    float[] y = new float[a.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = rig.stored(a[i] * s[images.mean(i)]);
    }
    return new Trial(rig, kernel("multiply_channels_forward"))
        .within(images.elements())
        .reads(a)
        .within(images.means())
        .reads(s)
        .within(images.elements())
        .mayHold(y.length, Trial.exactly(y), "a")
        .numbers(images.numbers());
  }

  /** Pixels are added in their order. */
  private static Trial average(Images images) {
    KernelRig rig = images.rig();
    float[] x = rig.activations(images.elements().elements());
    for (int i = 0; i < Math.min(9, x.length); i++) {
      x[i] = Specials.cycle(9)[i];
    }
    float[] y = new float[images.means().elements()];
    for (int i = 0; i < x.length; i++) {
      y[images.mean(i)] += x[i];
    }
    for (int i = 0; i < y.length; i++) {
      y[i] = rig.stored(y[i] / images.pixels());
    }
    return new Trial(rig, kernel("global_average_pool_forward"))
        .within(images.elements())
        .reads(x)
        .within(images.means())
        .writes(y)
        .numbers(images.numbers());
  }

  private static Trial gradient(Images images) {
    KernelRig rig = images.rig();
    float[] dy = rig.activations(images.means().elements());
    float[] dx = new float[images.elements().elements()];
    for (int i = 0; i < dx.length; i++) {
      dx[i] = rig.stored(dy[images.mean(i)] / images.pixels());
    }
    return new Trial(rig, kernel("global_average_pool_backward"))
        .within(images.means())
        .reads(dy)
        .within(images.elements())
        .writes(dx)
        .numbers(images.numbers());
  }
}
