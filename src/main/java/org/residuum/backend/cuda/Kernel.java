package org.residuum.backend.cuda;

import static org.residuum.backend.cuda.GridRule.COLUMNS;
import static org.residuum.backend.cuda.GridRule.COLUMN_FINISH;
import static org.residuum.backend.cuda.GridRule.ELEMENTS;
import static org.residuum.backend.cuda.Storage.BF16;
import static org.residuum.backend.cuda.Storage.F32;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The kernels of {@code cuda/}: launch rule, arguments in order, storage types it exists for. The
 * formulas, shapes and meaning of the arguments are at the head of each family's {@code .cu} file.
 */
enum Kernel {
  // elementwise.cu
  RELU_FORWARD(ELEMENTS, "x* y* n:i64", F32, BF16),
  RELU_BACKWARD(ELEMENTS, "y* dy* dx* n:i64", F32, BF16),
  RESIDUAL_ADD_FORWARD(ELEMENTS, "a* b* y* n:i64", F32, BF16),
  RESIDUAL_ADD_RELU_FORWARD(ELEMENTS, "a* b* y* n:i64", F32, BF16),
  SIGMOID_FORWARD(ELEMENTS, "x* y* n:i64", F32, BF16),
  SIGMOID_BACKWARD(ELEMENTS, "y* dy* dx* n:i64", F32, BF16),
  CLIP_FORWARD(ELEMENTS, "x* y* n:i64 low:f32 high:f32", F32, BF16),
  CLIP_BACKWARD(ELEMENTS, "x* dy* dx* n:i64 low:f32 high:f32", F32, BF16),
  FILL(ELEMENTS, "y* n:i64 value:f32", F32, BF16),

  // bias.cu
  BIAS_FORWARD(ELEMENTS, "x* b* y* rows:i64 channels:i32", F32, BF16),
  BIAS_RELU_FORWARD(ELEMENTS, "x* b* y* rows:i64 channels:i32", F32, BF16),
  BIAS_RESIDUAL_FORWARD(ELEMENTS, "x* b* r* y* rows:i64 channels:i32", F32, BF16),
  BIAS_RESIDUAL_RELU_FORWARD(ELEMENTS, "x* b* r* y* rows:i64 channels:i32", F32, BF16),
  BIAS_BACKWARD(COLUMNS, "dy* partials* rows:i64 channels:i32", F32, BF16),
  BIAS_RELU_BACKWARD(COLUMNS, "y* dy* dx* partials* rows:i64 channels:i32", F32, BF16),
  COLUMN_SUMS_FINISH(COLUMN_FINISH, "partials* sums* chunks:i32 channels:i32", F32);

  private final GridRule grid;
  private final List<Argument> arguments;
  private final Set<Storage> storages;

  Kernel(GridRule grid, String signature, Storage... storages) {
    this.grid = grid;
    this.arguments = Argument.parse(signature);
    this.storages = Set.of(storages);
  }

  /** The rule that gives the launch shape. */
  GridRule grid() {
    return grid;
  }

  /** The arguments in the order in which a launch passes them. */
  List<Argument> arguments() {
    return arguments;
  }

  /** The storage types this kernel exists for. */
  Set<Storage> storages() {
    return storages;
  }

  /** The name of the {@code .entry} in the module of the given storage type. */
  String entry(Storage storage) {
    if (!storages.contains(storage)) {
      throw new IllegalArgumentException(
          "kernel " + name() + " exists for " + storages + ", not for " + storage);
    }
    return name().toLowerCase(Locale.ROOT) + "_" + storage.suffix();
  }
}
