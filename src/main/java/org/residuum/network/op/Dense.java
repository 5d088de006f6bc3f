package org.residuum.network.op;

import java.util.List;
import org.residuum.network.Shape;

/**
 * y = x Wᵀ + b, as in PyTorch's {@code nn.Linear}: (N, in) → (N, out). Parameters: weight {@code
 * (out, in)}, then bias {@code (out)} where there is one. With {@link Epilogue#residual()} the
 * second input has the shape of the output.
 */
public record Dense(int outFeatures, boolean bias, Epilogue epilogue) implements Product {
  public Dense {
    Shapes.positive("output features", outFeatures);
  }

  public Dense with(Epilogue newEpilogue) {
    return new Dense(outFeatures, bias, newEpilogue);
  }

  @Override
  public List<Shape> outputs(List<Shape> inputs) {
    Shapes.requireInputs(inputs, epilogue.residual() ? 2 : 1);
    Shape y = Shapes.with(Shapes.vectors(inputs.get(0)), 1, outFeatures);
    if (epilogue.residual()) {
      Shapes.requireEqual(y, inputs.get(1));
    }
    return List.of(y);
  }

  @Override
  public List<Shape> parameters(List<Shape> inputs) {
    Shape weight = Shape.of(outFeatures, inputs.get(0).extent(1));
    return bias ? List.of(weight, Shape.of(outFeatures)) : List.of(weight);
  }

  @Override
  public long flops(List<Shape> inputs) {
    return 2L * inputs.get(0).extent(1) * outFeatures;
  }

  @Override
  public String label() {
    return "dense " + outFeatures + (bias ? " + bias" : "") + epilogue;
  }
}
