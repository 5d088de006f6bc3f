package org.residuum.backend.cpu.op;

import java.util.Arrays;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.cpu.onednn.Elements;
import org.residuum.backend.cpu.onednn.HostStep;
import org.residuum.backend.lower.Place;
import org.residuum.network.ElementType;
import org.residuum.network.Shape;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Window;

/**
 * In ceil mode the last windows of an average pooling may extend past the padded image. PyTorch
 * does not count the pixels past it; oneDNN divides by the whole window. This is the factor between
 * the two for each pixel of the output.
 */
final class CeilModeScale {
  private final float[] factors;
  private final int images;
  private final int channels;
  private final ElementType type;

  CeilModeScale(CpuAssembly assembly, Pool2d pool, Shape y) {
    Shape x = assembly.x();
    Window window = pool.window();
    float[] rows =
        scales(
            y.extent(2),
            window.strideY(),
            window.padTop(),
            window.height(),
            window.dilationY(),
            x.extent(2) + window.padBottom());
    float[] columns =
        scales(
            y.extent(3),
            window.strideX(),
            window.padLeft(),
            window.width(),
            window.dilationX(),
            x.extent(3) + window.padRight());
    factors = new float[rows.length * columns.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = rows[i / columns.length] * columns[i % columns.length];
    }
    images = (int) assembly.dims(y)[0];
    channels = y.extent(1);
    type = assembly.computing();
  }

  private static float[] scales(
      int outputs, int stride, int padBefore, int extent, int dilation, int end) {
    float[] scales = new float[outputs];
    for (int i = 0; i < outputs; i++) {
      int start = i * stride - padBefore;
      int inside = 0;
      for (int k = 0; k < extent; k++) {
        inside += start + k * dilation < end ? 1 : 0;
      }
      scales[i] = (float) extent / inside;
    }
    return scales;
  }

  /** Whether no window extends past the padded image. */
  boolean isOne() {
    float[] ones = new float[factors.length];
    Arrays.fill(ones, 1f);
    return Arrays.equals(ones, factors);
  }

  /** to = from · factor, pixel by pixel, images (N, H, W, C). */
  HostStep.Factory step(Place from, Place to) {
    long elements = (long) images * factors.length * channels;
    return memory -> {
      Elements source = memory.elements(from, elements, type);
      Elements target = memory.elements(to, elements, type);
      return () -> {
        for (int pixel = 0; pixel < images * factors.length; pixel++) {
          float factor = factors[pixel % factors.length];
          for (int i = pixel * channels; i < (pixel + 1) * channels; i++) {
            target.put(i, source.get(i) * factor);
          }
        }
      };
    };
  }
}
