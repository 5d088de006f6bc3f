package org.residuum.backend.cpu.onednn;

import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.network.Shape;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Window;

/** A convolution over images of one shape, in the numbers that oneDNN asks for. */
public final class ConvolutionWindow {
  public final Shape x;
  public final Shape y;
  public final long[] strides;
  public final long[] dilations;
  public final long[] padBefore;
  public final long[] padAfter;
  public final long[] weightDims;
  private final int groupChannels;
  private final boolean pixel;

  public ConvolutionWindow(Conv2d op, Shape x) {
    this.x = x;
    this.y = op.with(Epilogue.NONE).outputs(List.of(x)).get(0);
    Window window = op.window();
    this.strides = new long[] {window.strideY(), window.strideX()};
    this.dilations = new long[] {window.dilationY() - 1L, window.dilationX() - 1L};
    this.padBefore = new long[] {window.padTop(), window.padLeft()};
    this.padAfter = new long[] {window.padBottom(), window.padRight()};
    this.weightDims = Desc.weightDims(op.parameters(List.of(x)).get(0), op.groups());
    this.groupChannels = x.extent(1) / op.groups();
    this.pixel = window.height() == 1 && window.width() == 1;
  }

  /**
   * oneDNN's description of the convolution.
   *
   * @param bias null for none
   */
  public dnnl_primitive_desc forward(
      CpuAssembly assembly, int kind, dnnl_memory_desc bias, Consumer<Attributes> postOps) {
    dnnl_memory_desc src = assembly.desc(x);
    dnnl_memory_desc dst = assembly.sums(y);
    return assembly.describe(
        "dnnl_convolution_forward_primitive_desc_create",
        postOps,
        (made, engine, attributes) ->
            dnnl.dnnl_convolution_forward_primitive_desc_create(
                made,
                engine,
                kind,
                dnnl.dnnl_convolution_direct,
                src,
                assembly.operands().any(weightDims),
                bias,
                dst,
                strides,
                dilations,
                padBefore,
                padAfter,
                attributes));
  }

  private boolean isStrided() {
    return strides[0] > 1 || strides[1] > 1;
  }

  /**
   * Whether direct kernels are faster than products of blocks: for windows wider than a pixel over
   * few channels. 0.41 against 0.75 ms for 3 to 16 channels of 128 images of 32×32 pixels, 0.93
   * against 1.23 for 16 to 32 by steps of two; the same from 32 channels on.
   */
  public boolean suitsDirectKernels() {
    return !pixel && (groupChannels < 16 || isStrided() && groupChannels < 32);
  }

  /**
   * The same for the gradient of x, wherever it takes steps of two: 1.26 against 2.16 ms for 16
   * channels from 32, of 128 images of 32×32 pixels, 0.45 against 1.01 for windows of one pixel;
   * the same for wider windows from 64 channels on.
   */
  public boolean gradientSuitsDirectKernels() {
    return isStrided() && (pixel || groupChannels < 64);
  }
}
