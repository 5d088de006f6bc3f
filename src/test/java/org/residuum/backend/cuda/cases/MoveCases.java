package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;

/** Cases of the strided gather of convolution.cu, and of its gradient. */
final class MoveCases {
  /** Images, height, width, channels, strides, channels of the result, and their offset. */
  private static final int[][] STRIDED = {
    {2, 8, 6, 8, 2, 2, 16, 4},
    {2, 8, 8, 16, 2, 2, 32, 8},
    {1, 7, 5, 3, 2, 2, 3, 0},
    {2, 7, 5, 9, 3, 2, 12, 2},
    {3, 4, 3, 40, 1, 1, 16, -16},
    {2, 5, 4, 16, 1, 3, 24, -8},
    {1, 4, 3, 24, 1, 1, 8, 16},
    {2, 4, 3, 16, 2, 1, 12, 0},
    {2, 4, 3, 12, 2, 1, 16, 0},
    {2, 4, 3, 6, 2, 1, 16, 0},
    {2, 4, 3, 16, 2, 1, 6, 0},
    {2, 4, 3, 16, 2, 1, 16, 3},
    {3, 1, 1, 5, 1, 1, 2, -3},
    {5, 3, 9, 8, 3, 4, 8, 0},
    {1, 2, 3, 16, 1, 1, 16, 0}
  };

  private MoveCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      int lanes = 16 / storage.bytes();
      for (int[] s : STRIDED) {
        strided(cases, storage, new Strided(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], false));
      }
      for (int channels : new int[] {2 * lanes, 2}) {
        Strided s = new Strided(2, 8, 1, channels, 1, 1, 2 * channels, channels, true);
        ConvolutionCases.far(cases, storage, "strided_gather", channels, rig -> gather(rig, s));
        ConvolutionCases.far(cases, storage, "strided_scatter", channels, rig -> scatter(rig, s));
      }
      farPicture(cases, storage);
    }
    return cases;
  }

  private record Strided(
      int images,
      int height,
      int width,
      int channels,
      int strideY,
      int strideX,
      int outChannels,
      int channelOffset,
      boolean far) {
    int outHeight() {
      return (height + strideY - 1) / strideY;
    }

    int outWidth() {
      return (width + strideX - 1) / strideX;
    }

    int outputs() {
      return images * outHeight() * outWidth() * outChannels;
    }

    int inputs() {
      return images * height * width * channels;
    }

    /** The index in x of output i, or -1 where the output is a padded channel. */
    int source(int i) {
      int c = i % outChannels - channelOffset;
      int position = i / outChannels;
      int row = position / outWidth() % outHeight() * strideY;
      int column = position % outWidth() * strideX;
      int image = position / outWidth() / outHeight();
      return c < 0 || c >= channels ? -1 : ((image * height + row) * width + column) * channels + c;
    }

    Spread whole(int elements) {
      return far ? Lines.twoImages(elements / 2) : Spread.dense(elements);
    }

    Object[] numbers() {
      return new Object[] {
        far ? Lines.IMAGES : images,
        height,
        width,
        channels,
        outHeight(),
        outWidth(),
        outChannels,
        strideY,
        strideX,
        channelOffset
      };
    }
  }

  private static void strided(List<KernelCase> cases, ElementType storage, Strided s) {
    int lanes = 16 / storage.bytes();
    boolean vectors =
        s.channels() % lanes == 0 && s.outChannels() % lanes == 0 && s.channelOffset() % lanes == 0;
    cases.add(
        new KernelCase(
            kernel("strided_gather"),
            storage,
            s.toString(),
            rig ->
                Lines.everyWay(
                    gather(rig, s), (long) s.images() * s.outHeight(), s.outWidth(), vectors)));
    cases.add(
        new KernelCase(
            kernel("strided_scatter"),
            storage,
            s.toString(),
            rig ->
                Lines.everyWay(
                    scatter(rig, s), (long) s.images() * s.height(), s.width(), vectors)));
  }

  private static Trial gather(KernelRig rig, Strided s) {
    float[] x = Specials.quick(rig.activations(s.inputs()));
    float[] y = new float[s.outputs()];
    for (int i = 0; i < y.length; i++) {
      y[i] = s.source(i) < 0 ? 0 : x[s.source(i)];
    }
    return new Trial(rig, kernel("strided_gather"))
        .within(s.whole(x.length))
        .reads(x)
        .within(s.whole(y.length))
        .writes(y)
        .numbers(s.numbers());
  }

  private static Trial scatter(KernelRig rig, Strided s) {
    float[] dy = rig.activations(s.outputs());
    float[] dx = new float[s.inputs()];
    for (int i = 0; i < dy.length; i++) {
      if (s.source(i) >= 0) {
        dx[s.source(i)] = dy[i];
      }
    }
    return new Trial(rig, kernel("strided_scatter"))
        .within(s.whole(dy.length))
        .reads(dy)
        .within(s.whole(dx.length))
        .writes(dx)
        .numbers(s.numbers());
  }

  /** An index over 2^31: the far corner of a picture of 60001 × 60001. */
  private static void farPicture(List<KernelCase> cases, ElementType storage) {
    cases.add(
        new KernelCase(
            kernel("strided_gather"),
            storage,
            "with 3.6e9 elements",
            rig -> {
              int side = 60_001;
              float[] corners = {1, 2, 3, 4};
              long last = side - 1L;
              Spread places =
                  new Spread(
                      (long) side * side,
                      new long[] {0, last, last * side, last * side + last},
                      new int[] {1, 1, 1, 1});
              DeviceArray x = rig.array(storage, places, 0).write(corners);
              DeviceArray y = rig.out(4);
              rig.launch(
                  kernel("strided_gather"),
                  2,
                  1,
                  x,
                  y,
                  1,
                  side,
                  side,
                  1,
                  2,
                  2,
                  1,
                  side - 1,
                  side - 1,
                  0);
              Check.exact("y", corners, y.read());
            }));
  }
}
