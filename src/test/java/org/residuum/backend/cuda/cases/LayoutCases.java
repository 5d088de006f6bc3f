package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.cuda.rig.Bf16;
import org.residuum.network.ElementType;

/** Cases of layout.cu. */
final class LayoutCases {
  private static final int[][] MATRICES = {
    {1, 1, 1, 1}, {2, 3, 1, 17}, {3, 64, 1, 65}, {1, 33, 1, 31}, {5, 1, 1, 40}, {2, 40, 3, 70}
  };
  private static final int[][] WEIGHTS = {{1, 1, 1}, {16, 3, 9}, {17, 5, 1}, {5, 4, 7}, {2, 6, 49}};

  private LayoutCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      for (int[] m : MATRICES) {
        cases.add(
            new KernelCase(
                kernel("transpose"),
                storage,
                m[0] + "×" + m[1] + "×" + m[2] + "×" + m[3],
                rig -> transpose(rig, m[0], m[1], m[2], m[3])));
      }
      cases.add(
          new KernelCase(
              kernel("transpose"), storage, "over 2^32 tiles", LayoutCases::farTranspose));
      for (CopyCase copy : CopyCase.all()) {
        cases.add(new KernelCase(kernel("strided_copy"), storage, copy.toString(), copy::run));
      }
      cases.add(new KernelCase(kernel("strided_copy"), storage, "far apart", CopyCase::farAway));
      for (int[] crop : new int[][] {{3, 3, 3}, {5, 4, 1}, {2, 7, 4}}) {
        cases.add(
            new KernelCase(
                kernel("images_to_nhwc"),
                storage,
                "crops of " + crop[0] + "×" + crop[1] + "×" + crop[2],
                rig -> pictures(rig, crop[0], crop[1], crop[2])));
      }
      cases.add(
          new KernelCase(
              kernel("images_to_nhwc"), storage, "over 2^32 lines", LayoutCases::farPictures));
    }
    for (String name : new String[] {"oihw_to_hwio", "hwio_to_oihw"}) {
      for (int[] w : WEIGHTS) {
        String detail = w[0] + "×" + w[1] + "×" + w[2];
        cases.add(
            new KernelCase(
                kernel(name),
                ElementType.F32,
                detail,
                rig -> {
                  int n = w[0] * w[1] * w[2];
                  Trial trial = weights(rig, name, Spread.dense(n), w);
                  trial.onGridFor(n, 1).on(new LaunchShape(2, 1, 3, 1));
                  trial.on(new LaunchShape(1, 1, 32, 1)).on(new LaunchShape(2, 1, 64, 1));
                }));
      }
      cases.add(
          new KernelCase(
              kernel(name), ElementType.F32, "over 2^32 elements", rig -> farWeights(rig, name)));
    }
    for (String name : new String[] {"cast_from_f32", "cast_to_f32"}) {
      cases.add(
          new KernelCase(kernel(name), ElementType.BF16, "every way", rig -> casts(rig, name)));
      cases.add(
          new KernelCase(
              kernel(name),
              ElementType.BF16,
              "over 2^32 elements",
              rig -> ElementwiseCases.far(rig, spread -> cast(rig, name, spread))));
    }
    return cases;
  }

  private static void transpose(KernelRig rig, int batch, int rows, int middle, int columns) {
    float[] x = Specials.quick(rig.activations(batch * rows * middle * columns));
    float[] y = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      int column = i % columns;
      int m = i / columns % middle;
      int row = i / columns / middle % rows;
      int b = i / columns / middle / rows;
      y[((b * columns + column) * middle + m) * rows + row] = x[i];
    }
    long tiles = (long) batch * middle * ((rows + 31) / 32) * ((columns + 31) / 32);
    new Trial(rig, kernel("transpose"))
        .reads(x)
        .writes(y)
        .numbers((long) batch, rows, middle, columns)
        .onGridFor(tiles, 1)
        .on(new LaunchShape(1, 1, 256, 1))
        .on(new LaunchShape(2, 1, 256, 1));
  }

  /** Matrices of a tile each, of which one block takes three. */
  private static void farTranspose(KernelRig rig) {
    rig.needsSomeBlocks();
    LaunchShape most = new LaunchShape(Integer.MAX_VALUE, 1, 256, 1);
    long grid = most.gridX();
    // Matrix t is example t / 3, middle t mod 3, and the last block takes t = grid - 1, ...
    int middle = 3;
    for (int rows : new int[] {1, 2}) {
      int columns = 3 - rows;
      int[] lengths = {2 * middle, 2 * middle, 2 * middle};
      long[] starts = new long[3];
      List<int[]> taken = new ArrayList<>();
      for (int round = 0; round < 3; round++) {
        long matrix = (round + 1) * grid - 1;
        starts[round] = matrix / middle * middle * 2;
        taken.add(new int[] {round, (int) (matrix % middle)});
      }
      float[] x = rig.activations(3 * 2 * middle);
      // What no block but others' write is not looked at: the two elements of one middle each.
      long[] places = new long[6];
      float[] y = new float[6];
      for (int[] t : taken) {
        for (int j = 0; j < 2; j++) {
          int from = rows == 2 ? j * middle + t[1] : t[1] * 2 + j;
          int to = rows == 2 ? t[1] * 2 + j : j * middle + t[1];
          places[t[0] * 2 + j] = starts[t[0]] + to;
          y[t[0] * 2 + j] = x[t[0] * 2 * middle + from];
        }
      }
      long batch = (3 * grid + middle - 1) / middle;
      long total = batch * middle * 2;
      new Trial(rig, kernel("transpose"))
          .within(new Spread(total, starts, lengths))
          .reads(x)
          .within(new Spread(total, places, new int[] {1, 1, 1, 1, 1, 1}))
          .writes(y)
          .numbers(batch, rows, middle, columns)
          .onBlock(most, grid - 1, true);
    }
  }

  /** Elements of y, and where each of them lies in x. */
  private static Trial weights(KernelRig rig, String name, Spread y, int[] extents) {
    int n = y.elements();
    long out = extents[0];
    long in = extents[1];
    long taps = extents[2];
    float[] values = rig.vector(n);
    long[] places = new long[n];
    int[] ones = new int[n];
    for (int i = 0; i < n; i++) {
      long k = y.index(i);
      places[i] =
          name.equals("oihw_to_hwio")
              ? (k % out * in + k / out % in) * taps + k / out / in
              : (k % taps * in + k / taps % in) * out + k / taps / in;
      ones[i] = 1;
    }
    return new Trial(rig, kernel(name))
        .array(ElementType.F32, new Spread(y.total(), places, ones), values, Trial.exactly(values))
        .array(ElementType.F32, y, null, Trial.exactly(values))
        .numbers(extents[0], extents[1], extents[2]);
  }

  /** Two extents are large, or one is 1, so that what is divided again has over 32 bits. */
  private static void farWeights(KernelRig rig, String name) {
    rig.needsSomeBlocks();
    boolean toHwio = name.equals("oihw_to_hwio");
    for (Far far : Far.BOTH) {
      for (int[] two : new int[][] {{46_341, 46_337}, {1, 65_537}}) {
        Spread y = far.lastBlock(1);
        long last = y.starts()[y.starts().length - 1] + y.lengths()[0];
        long each = (long) two[0] * two[1];
        int third = (int) (last / each) + 1;
        boolean small = two[0] == 1 && !toHwio;
        int[] extents = small ? new int[] {third, two[1], 1} : new int[] {two[0], two[1], third};
        long total = each * third;
        List<Long> starts = new ArrayList<>();
        for (long start = far.first(); start < total; start += far.threads()) {
          starts.add(start);
        }
        int[] lengths = new int[starts.size()];
        for (int i = 0; i < lengths.length; i++) {
          lengths[i] = (int) Math.min(32, total - starts.get(i));
        }
        long[] begins = starts.stream().mapToLong(Long::longValue).toArray();
        weights(rig, name, new Spread(total, begins, lengths), extents)
            .onBlock(far.grid(), far.last(), true);
      }
    }
  }

  private static Trial cast(KernelRig rig, String name, Spread spread) {
    boolean from = name.equals("cast_from_f32");
    int n = spread.elements();
    float[] x = Specials.quick(rig.vector(n));
    float[] ties = {1 + 0x1p-8f, 1 + 3 * 0x1p-8f, Float.MAX_VALUE, Float.MIN_VALUE, 1 + 0x1.fp-8f};
    for (int i = 16; i < Math.min(n, 100); i += 3) {
      x[i] = ties[i % ties.length] * (i % 2 == 0 ? 1 : -1);
    }
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      y[i] = Bf16.round(x[i]);
    }
    float[] before = from ? x : y;
    return new Trial(rig, kernel(name))
        .array(from ? ElementType.F32 : ElementType.BF16, spread, before, Trial.exactly(before))
        .array(from ? ElementType.BF16 : ElementType.F32, spread, null, Trial.exactly(y))
        .numbers(spread.total());
  }

  private static void casts(KernelRig rig, String name) {
    ElementwiseCases.everySize(n -> cast(rig, name, Spread.dense(n)));
    ElementwiseCases.everyWay(cast(rig, name, Spread.dense(235)), 235);
  }

  private static void pictures(KernelRig rig, int height, int width, int channels) {
    int images = 5;
    int sourceHeight = 6;
    int sourceWidth = 5;
    byte[] bytes = new byte[images * sourceHeight * sourceWidth * channels];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) rig.nextInt(256);
    }
    int[] crops = {0, 0, 0, -2, 1, 1, 4, 3, 0, 2, -3, 2, 7, 5, -1};
    float[][] channel = {rig.positive(channels), rig.vector(channels)};
    channel[1][channels - 1] = 0;
    int[] pixel = new int[images * height * width * channels];
    for (int i = 0; i < pixel.length; i++) {
      int n = i / (height * width * channels);
      int q = i / channels % width;
      int row = crops[3 * n] + i / channels / width % height;
      int column = crops[3 * n + 1] + (crops[3 * n + 2] != 0 ? width - 1 - q : q);
      boolean inside = row >= 0 && row < sourceHeight && column >= 0 && column < sourceWidth;
      int at = ((n * sourceHeight + row) * sourceWidth + column) * channels + i % channels;
      pixel[i] = inside ? bytes[at] & 0xff : 0;
    }
    Trial trial =
        new Trial(rig, kernel("images_to_nhwc"))
            .numbers(rig.bytes(bytes), rig.ints(crops))
            .readsF32(channel[0])
            .readsF32(channel[1])
            .writes(pixel.length, normalised(rig, pixel, channel))
            .numbers(images, sourceHeight, sourceWidth, channels, height, width);
    Lines.everyWay(trial, (long) images * height, width, false);
    Lines.rounds(trial);
  }

  private static Trial.Expected normalised(KernelRig rig, int[] pixel, float[][] channel) {
    float[] fused = new float[pixel.length];
    float[] separate = new float[pixel.length];
    for (int i = 0; i < pixel.length; i++) {
      int c = i % channel[0].length;
      fused[i] = rig.stored(Math.fma(pixel[i], channel[0][c], channel[1][c]));
      separate[i] = rig.stored(pixel[i] * channel[0][c] + channel[1][c]);
    }
    return Trial.either(fused, separate);
  }

  /** Pictures of 8 × 1 pixels, of which one block takes two. */
  private static void farPictures(KernelRig rig) {
    rig.needsSomeBlocks();
    int channels = 2;
    int image = 8 * channels;
    Spread spread = Lines.twoImages(image);
    byte[] bytes = new byte[2 * image];
    int[] pixel = new int[2 * image];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) rig.nextInt(256);
      pixel[i] = bytes[i] & 0xff;
    }
    long pictures = rig.reserve(spread.total());
    long crops = rig.reserve(12L * Lines.IMAGES);
    for (int k = 0; k < 2; k++) {
      long start = spread.starts()[k];
      rig.poke(pictures + start, ByteBuffer.wrap(bytes, k * image, image).slice());
      ByteBuffer none = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      rig.poke(crops + start / image * 12, none);
    }
    float[][] channel = {rig.positive(channels), rig.vector(channels)};
    new Trial(rig, kernel("images_to_nhwc"))
        .numbers(pictures, crops)
        .readsF32(channel[0])
        .readsF32(channel[1])
        .within(spread)
        .writes(pixel.length, normalised(rig, pixel, channel))
        .numbers(Lines.IMAGES, 8, 1, channels, 8, 1)
        .onBlock(Lines.FAR, Lines.LAST_BLOCK, true);
  }
}
