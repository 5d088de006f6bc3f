package org.residuum.network.op;

import java.util.ArrayList;
import java.util.List;
import org.residuum.network.Shape;

/**
 * Cross-correlation, as in PyTorch's {@code nn.Conv2d}: (N, C, H, W) → (N, out, H', W').
 * Parameters: weight {@code (out, C/groups, kh, kw)}, then bias {@code (out)} where there is one.
 * With {@link Epilogue#residual()} the second input has the shape of the output.
 */
public record Conv2d(int outChannels, Window window, int groups, boolean bias, Epilogue epilogue)
    implements Product {
  public Conv2d {
    Shapes.positive("output channels", outChannels);
    Shapes.positive("groups", groups);
    if (outChannels % groups != 0) {
      throw new IllegalArgumentException(
          outChannels + " output channels are not divisible into " + groups + " groups");
    }
  }

  public Conv2d withBias() {
    return new Conv2d(outChannels, window, groups, true, epilogue);
  }

  public Conv2d with(Epilogue newEpilogue) {
    return new Conv2d(outChannels, window, groups, bias, newEpilogue);
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, epilogue.residual() ? 2 : 1);
    Shape x = Shapes.image(inputs.get(0));
    if (x.extent(1) % groups != 0) {
      throw new IllegalArgumentException(
          x.extent(1) + " input channels are not divisible into " + groups + " groups");
    }
    Shape y =
        Shape.of(
            x.extent(0),
            outChannels,
            window.outputHeight(x.extent(2), false),
            window.outputWidth(x.extent(3), false));
    if (epilogue.residual()) {
      Shapes.requireEqual(y, inputs.get(1));
    }
    return List.of(y);
  }

  @Override
  public List<Shape> parameters(List<Shape> inputs) {
    List<Shape> shapes = new ArrayList<>();
    shapes.add(
        Shape.of(outChannels, inputs.get(0).extent(1) / groups, window.height(), window.width()));
    if (bias) {
      shapes.add(Shape.of(outChannels));
    }
    return shapes;
  }

  @Override
  public long flops(List<Shape> inputs) {
    Shape x = inputs.get(0);
    long outputs = (long) outputs(inputs).get(0).elements();
    return 2 * outputs * (x.extent(1) / groups) * window.height() * window.width();
  }

  @Override
  public String label() {
    return "conv2d "
        + outChannels
        + ", "
        + window
        + (groups == 1 ? "" : " groups " + groups)
        + (bias ? " + bias" : "")
        + epilogue;
  }
}
