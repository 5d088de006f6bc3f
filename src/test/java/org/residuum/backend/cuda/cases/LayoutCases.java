package org.residuum.backend.cuda.cases;

import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** Cases of layout.cu. */
final class LayoutCases {
  private LayoutCases() {}

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (ElementType storage : Kernel.TYPES) {
      int[][] matrices = {
        {1, 1, 1, 1}, {2, 3, 1, 17}, {3, 64, 1, 65}, {1, 33, 1, 31}, {5, 1, 1, 40}, {2, 17, 3, 33}
      };
      for (int[] m : matrices) {
        cases.add(
            new KernelCase(
                kernel("transpose"),
                storage,
                m[0] + "×" + m[1] + "×" + m[2] + "×" + m[3],
                rig -> transpose(rig, m[0], m[1], m[2], m[3])));
      }
      for (CopyCase copy : CopyCase.all()) {
        cases.add(
            new KernelCase(kernel("strided_copy"), storage, copy.toString(), rig -> copy.run(rig)));
      }
      cases.add(
          new KernelCase(kernel("strided_copy"), storage, "elements 7e9 apart", CopyCase::farAway));
      cases.add(
          new KernelCase(
              kernel("images_to_nhwc"), storage, "crops of 3", rig -> pictures(rig, 3, 3)));
      cases.add(
          new KernelCase(
              kernel("images_to_nhwc"), storage, "crops of 5", rig -> pictures(rig, 5, 1)));
    }
    int[][] weights = {{1, 1, 1}, {16, 3, 9}, {17, 5, 1}, {64, 65, 4}};
    for (int[] w : weights) {
      cases.add(
          new KernelCase(
              kernel("oihw_to_hwio"),
              ElementType.F32,
              w[0] + "×" + w[1] + "×" + w[2],
              rig -> weights(rig, w[0], w[1], w[2])));
    }
    for (int n : new int[] {1, 7, 8, 65, 1030}) {
      for (int offset : new int[] {0, 1}) {
        cases.add(
            new KernelCase(
                kernel("cast_from_f32"),
                ElementType.BF16,
                "n=" + n + (offset == 0 ? "" : " unaligned"),
                rig -> {
                  rig.misalignBy(offset);
                  casts(rig, n);
                }));
      }
    }
    return cases;
  }

  private static void transpose(KernelRig rig, int batch, int rows, int middle, int columns) {
    float[] x = rig.activations(batch * rows * middle * columns);
    DeviceArray y = rig.out(x.length);
    long tiles = (long) batch * middle * ((rows + 31) / 32) * ((columns + 31) / 32);
    rig.launch(kernel("transpose"), tiles, 1, rig.in(x), y, (long) batch, rows, middle, columns);
    float[] expected = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      int column = i % columns;
      int m = i / columns % middle;
      int row = i / columns / middle % rows;
      int b = i / columns / middle / rows;
      expected[((b * columns + column) * middle + m) * rows + row] = x[i];
    }
    Check.exact("y", expected, y.read());
    DeviceArray again = rig.out(x.length);
    LaunchShape oneBlock = new LaunchShape(1, 1, 256, 1);
    rig.launch(kernel("transpose"), oneBlock, y, again, (long) batch, columns, middle, rows);
    Check.exact("x by one block", x, again.read());
  }

  private static void weights(KernelRig rig, int out, int in, int taps) {
    float[] x = rig.vector(out * in * taps);
    DeviceArray y = rig.outF32(x.length);
    rig.launch(kernel("oihw_to_hwio"), x.length, 1, rig.inF32(x), y, out, in, taps);
    float[] expected = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      expected[(i % taps * in + i / taps % in) * out + i / taps / in] = x[i];
    }
    Check.exact("y", expected, y.read());
    DeviceArray back = rig.outF32(x.length);
    rig.launch(kernel("hwio_to_oihw"), x.length, 1, y, back, out, in, taps);
    Check.exact("x", x, back.read());
  }

  private static void casts(KernelRig rig, int n) {
    float[] x = rig.vector(n);
    float[] special = {
      1 + 0x1p-8f, 1 + 3 * 0x1p-8f, Float.POSITIVE_INFINITY, Float.MAX_VALUE, Float.MIN_VALUE
    };
    System.arraycopy(special, 0, x, 0, Math.min(n, special.length));
    float[] expected = new float[n];
    for (int i = 0; i < n; i++) {
      expected[i] = Bf16.round(x[i]);
    }
    DeviceArray y = rig.out(n);
    rig.launch(kernel("cast_from_f32"), n, 1, rig.inF32(x), y, (long) n);
    Check.exact("bf16", expected, y.read());
    DeviceArray back = rig.outF32(n);
    rig.launch(kernel("cast_to_f32"), n, 1, y, back, (long) n);
    Check.exact("f32", expected, back.read());
  }

  private static void pictures(KernelRig rig, int size, int channels) {
    int images = 4;
    int height = 6;
    int width = 5;
    byte[] bytes = new byte[images * height * width * channels];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) rig.nextInt(256);
    }
    int[] crops = {0, 0, 0, -2, 1, 1, 4, 3, 0, 2, -3, 1};
    float[] scale = rig.positive(channels);
    float[] shift = rig.vector(channels);
    DeviceArray y = rig.out(images * size * size * channels);
    rig.launch(
        kernel("images_to_nhwc"),
        (long) images * size,
        1,
        rig.bytes(bytes),
        rig.ints(crops),
        rig.inF32(scale),
        rig.inF32(shift),
        y,
        images,
        height,
        width,
        channels,
        size,
        size);
    int[] pixel = new int[images * size * size * channels];
    for (int i = 0; i < pixel.length; i++) {
      int n = i / (size * size * channels);
      int q = i / channels % size;
      int row = crops[3 * n] + i / channels / size % size;
      int column = crops[3 * n + 1] + (crops[3 * n + 2] == 1 ? size - 1 - q : q);
      boolean inside = row >= 0 && row < height && column >= 0 && column < width;
      int at = ((n * height + row) * width + column) * channels + i % channels;
      pixel[i] = inside ? bytes[at] & 0xff : 0;
    }
    Check.close(
        "y",
        rig.storage(),
        i -> pixel[i] * (double) scale[i % channels] + shift[i % channels],
        y.read(),
        2,
        i -> pixel[i] * (double) scale[i % channels] + Math.abs(shift[i % channels]));
  }
}
