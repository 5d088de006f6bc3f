package org.residuum.backend.cuda.op;

import java.util.List;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.cuda.kernel.Storage;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Shape;
import org.residuum.network.op.Activation;
import org.residuum.network.op.BatchNorm;

/** Batch norms and their gradient over rows (N · H · W, C); a ReLU is fused both ways. */
final class Norms {
  private final Assembly assembly;
  private final BatchNorm op;
  private final int channels;
  private final long rows;

  Norms(Assembly assembly, BatchNorm op, Shape x) {
    this.assembly = assembly;
    this.op = op;
    this.channels = x.extent(1);
    this.rows = assembly.elements(x) / channels;
  }

  private boolean isRelu() {
    return op.activation().kind() == Activation.Kind.RELU;
  }

  private Storage storage() {
    return Storage.of(assembly.precision());
  }

  void forward() {
    if (op.training()) {
      train();
    } else {
      infer();
    }
    if (!isRelu() && !op.activation().isNone()) {
      Operand y = assembly.output(0);
      new Pointwise(assembly).activate(op.activation(), y, y, rows * channels);
    }
  }

  /** y = x · scale + shift */
  private void infer() {
    Kernel kernel = isRelu() ? Kernel.SCALE_SHIFT_RELU_FORWARD : Kernel.SCALE_SHIFT_FORWARD;
    assembly.launch(
        kernel,
        storage(),
        rows * channels,
        1,
        assembly.input(0),
        assembly.derived("/scale", scale()),
        assembly.derived("/shift", shift()),
        assembly.output(0),
        rows,
        channels);
  }

  /** gamma / √(var + ε) */
  private Derivation scale() {
    List<ParameterSpec> specs = assembly.node().parameters();
    return parameters -> {
      float[] scale = parameters.get(specs.get(0).name()).toArray();
      float[] var = parameters.get(specs.get(3).name()).toArray();
      for (int c = 0; c < scale.length; c++) {
        scale[c] = (float) (scale[c] / Math.sqrt((double) var[c] + op.epsilon()));
      }
      return scale;
    };
  }

  /** beta - mean · gamma / √(var + ε) */
  private Derivation shift() {
    List<ParameterSpec> specs = assembly.node().parameters();
    return parameters -> {
      float[] shift = parameters.get(specs.get(1).name()).toArray();
      float[] gamma = parameters.get(specs.get(0).name()).toArray();
      float[] mean = parameters.get(specs.get(2).name()).toArray();
      float[] var = parameters.get(specs.get(3).name()).toArray();
      for (int c = 0; c < shift.length; c++) {
        double scale = gamma[c] / Math.sqrt((double) var[c] + op.epsilon());
        shift[c] = (float) (shift[c] - mean[c] * scale);
      }
      return shift;
    };
  }

  private void train() {
    LaunchShape shape = Kernel.BATCH_NORM_STATISTICS.grid().shape(rows, channels);
    Operand partials = assembly.scratch(8L * shape.gridY() * channels);
    Operand scale = assembly.scratch(4L * channels);
    Operand mean = assembly.output(1);
    assembly.launch(
        Kernel.BATCH_NORM_STATISTICS,
        storage(),
        shape,
        assembly.input(0),
        partials,
        rows,
        channels);
    assembly.launch(
        Kernel.BATCH_NORM_STATISTICS_FINISH,
        Storage.F32,
        channels,
        1,
        partials,
        assembly.vector(0),
        mean,
        assembly.output(2),
        scale,
        assembly.vector(2),
        assembly.vector(3),
        rows,
        shape.gridY(),
        channels,
        op.epsilon(),
        op.momentum());
    assembly.launch(
        isRelu() ? Kernel.BATCH_NORM_RELU_FORWARD : Kernel.BATCH_NORM_FORWARD,
        storage(),
        rows * channels,
        1,
        assembly.input(0),
        mean,
        scale,
        assembly.vector(1),
        assembly.output(0),
        rows,
        channels);
  }

  /** dx, dgamma, dbeta. */
  void gradient() {
    Operand x = assembly.input(0);
    Operand mean = assembly.input(1);
    Operand y = isRelu() ? assembly.input(3) : null;
    Operand dy = assembly.input(assembly.node().inputs().size() - 1);
    long n = rows * channels;
    if (!isRelu() && !op.activation().isNone()) {
      Operand masked = assembly.scratch(n * storage().bytes());
      new Pointwise(assembly).activationGradient(op.activation(), assembly.input(3), dy, masked, n);
      dy = masked;
    }
    LaunchShape shape = Kernel.BATCH_NORM_BACKWARD_REDUCE.grid().shape(rows, channels);
    Operand partials = assembly.scratch(8L * shape.gridY() * channels);
    Operand coefficients = assembly.scratch(12L * channels);
    Operand dx = assembly.output(0);
    if (isRelu()) {
      assembly.launch(
          Kernel.BATCH_NORM_RELU_BACKWARD_REDUCE,
          storage(),
          shape,
          x,
          mean,
          y,
          dy,
          partials,
          rows,
          channels);
    } else {
      assembly.launch(
          Kernel.BATCH_NORM_BACKWARD_REDUCE,
          storage(),
          shape,
          x,
          mean,
          dy,
          partials,
          rows,
          channels);
    }
    finish(partials, coefficients, shape.gridY());
    if (isRelu()) {
      assembly.launch(
          Kernel.BATCH_NORM_RELU_BACKWARD,
          storage(),
          n,
          1,
          x,
          mean,
          y,
          dy,
          coefficients,
          dx,
          rows,
          channels);
    } else {
      assembly.launch(
          Kernel.BATCH_NORM_BACKWARD,
          storage(),
          n,
          1,
          x,
          mean,
          dy,
          coefficients,
          dx,
          rows,
          channels);
    }
  }

  private void finish(Operand partials, Operand coefficients, int chunks) {
    assembly.launch(
        Kernel.BATCH_NORM_BACKWARD_FINISH,
        Storage.F32,
        channels,
        1,
        partials,
        assembly.vector(0),
        assembly.input(2),
        assembly.output(1),
        assembly.output(2),
        coefficients,
        rows,
        chunks,
        channels,
        op.epsilon());
  }
}
