package org.residuum.backend.cpu.op;

import static org.residuum.backend.cpu.onednn.CpuAssembly.argument;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.cpu.onednn.Elements;
import org.residuum.backend.lower.Place;
import org.residuum.network.ElementType;
import org.residuum.network.Shape;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Window;

/**
 * oneDNN's maximum ignores a NaN; the definition keeps it. So the rows of pixels are summed first,
 * and images with a sum that is not finite are pooled again here.
 */
final class NaNPooling {
  private final CpuAssembly assembly;
  private final Window window;
  private final int images;
  private final int channels;
  private final int height;
  private final int width;
  private final int outHeight;
  private final int outWidth;

  /**
   * @param x the shape of what is pooled
   * @param y the shape of the result
   */
  NaNPooling(CpuAssembly assembly, Pool2d pool, Shape x, Shape y) {
    this.assembly = assembly;
    this.window = pool.window();
    this.images = x.withBatch(assembly.batch()).extent(0);
    this.channels = x.extent(1);
    this.height = x.extent(2);
    this.width = x.extent(3);
    this.outHeight = y.extent(2);
    this.outWidth = y.extent(3);
  }

  /** Appends what follows the pooling from {@code x} to {@code y}, images (N, H, W, C). */
  void append(Place x, Place y) {
    int rows = images * height;
    Place sums = sums(x, rows);
    ElementType type = assembly.computing();
    assembly.add(
        memory -> {
          Elements sum = memory.elements(sums, rows, sums.equals(x) ? type : ElementType.F32);
          Elements from = memory.elements(x, (long) rows * width * channels, type);
          Elements to = memory.elements(y, (long) images * outHeight * outWidth * channels, type);
          return () -> {
            for (int image = 0; image < images; image++) {
              if (!isFinite(sum, image)) {
                pool(from, to, image);
              }
            }
          };
        });
  }

  private Place sums(Place x, int rows) {
    if (width * channels == 1) {
      return x;
    }
    Place sums = assembly.scratch((long) Float.BYTES * rows);
    dnnl_memory_desc src = assembly.operands().plain(rows, (long) width * channels);
    dnnl_memory_desc dst = assembly.desc().plain(rows, 1);
    assembly.add(
        assembly.describe(
            "dnnl_reduction_primitive_desc_create",
            (made, engine, attributes) ->
                dnnl.dnnl_reduction_primitive_desc_create(
                    made, engine, dnnl.dnnl_reduction_sum, src, dst, 0, 0, attributes)),
        argument(dnnl.DNNL_ARG_SRC, src, x),
        argument(dnnl.DNNL_ARG_DST, dst, sums));
    return sums;
  }

  private boolean isFinite(Elements sums, int image) {
    for (int row = image * height; row < (image + 1) * height; row++) {
      if (!Float.isFinite(sums.get(row))) {
        return false;
      }
    }
    return true;
  }

  private void pool(Elements x, Elements y, int image) {
    for (int i = 0; i < outHeight * outWidth * channels; i++) {
      int top = i / channels / outWidth * window.strideY() - window.padTop();
      int left = i / channels % outWidth * window.strideX() - window.padLeft();
      float max = max(x, image * height * width * channels + i % channels, top, left);
      y.put(image * outHeight * outWidth * channels + i, max);
    }
  }

  private float max(Elements x, int first, int top, int left) {
    float max = Float.NEGATIVE_INFINITY;
    for (int ky = 0; ky < window.height(); ky++) {
      int row = top + ky * window.dilationY();
      for (int kx = 0; kx < window.width() && row >= 0 && row < height; kx++) {
        int column = left + kx * window.dilationX();
        if (column >= 0 && column < width) {
          max = Math.max(max, x.get(first + (row * width + column) * channels));
        }
      }
    }
    return max;
  }
}
