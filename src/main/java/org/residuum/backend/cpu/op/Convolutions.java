package org.residuum.backend.cpu.op;

import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import java.util.function.Supplier;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.residuum.backend.cpu.onednn.Assembly;
import org.residuum.backend.cpu.onednn.ConvolutionWindow;
import org.residuum.backend.cpu.onednn.Implementations;
import org.residuum.backend.cpu.winograd.WinogradConvolution;
import org.residuum.network.Shape;
import org.residuum.network.op.Conv2d;

/** Convolutions; the layout of the weights is oneDNN's choice, that of the images is not. */
public final class Convolutions {
  private final Assembly assembly;
  private final Conv2d op;
  private final ConvolutionWindow window;

  public Convolutions(Assembly assembly, Conv2d op, Shape x) {
    this.assembly = assembly;
    this.op = op;
    this.window = new ConvolutionWindow(op, x);
  }

  /**
   * y = activation(w ∗ x + b [+ residual]).
   *
   * @param inPlace whether y takes over the residual's memory
   */
  public void forward(boolean inPlace) {
    WinogradConvolution winograd = new WinogradConvolution(assembly, op, window.x);
    if (assembly.winograd() && winograd.pays()) {
      if (op.epilogue().residual() && !inPlace) {
        dnnl_memory_desc sum = assembly.desc().value(window.y, assembly.batch());
        assembly.reorder(sum, assembly.input(1), sum, assembly.output(0));
      }
      winograd.forward();
    } else {
      direct(inPlace);
    }
  }

  private void direct(boolean inPlace) {
    dnnl_memory_desc src = assembly.desc().value(window.x, assembly.batch());
    dnnl_memory_desc dst = assembly.desc().value(window.y, assembly.batch());
    dnnl_memory_desc bias = op.bias() ? assembly.desc().plain(op.outChannels()) : null;
    new WeightedLayer(src, assembly.desc().plain(window.weightDims), bias, dst)
        .append(
            assembly,
            op.epilogue(),
            inPlace,
            attributes -> description(src, bias, dst, attributes.handle()));
  }

  private dnnl_primitive_desc description(
      dnnl_memory_desc src, dnnl_memory_desc bias, dnnl_memory_desc dst, dnnl_primitive_attr attr) {
    int kind = assembly.training() ? dnnl_forward_training : dnnl_forward_inference;
    Supplier<dnnl_primitive_desc> create =
        () -> window.forward(assembly, kind, src, bias, dst, attr);
    boolean direct = assembly.training() && window.suitsDirectKernels();
    return direct ? Implementations.direct(create) : create.get();
  }
}
