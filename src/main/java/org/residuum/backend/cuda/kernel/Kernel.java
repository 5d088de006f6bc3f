package org.residuum.backend.cuda.kernel;

import static org.residuum.backend.cuda.kernel.GridRule.COLUMNS;
import static org.residuum.backend.cuda.kernel.GridRule.COLUMN_FINISH;
import static org.residuum.backend.cuda.kernel.GridRule.ELEMENTS;
import static org.residuum.backend.cuda.kernel.GridRule.FLAT_REDUCTION;
import static org.residuum.backend.cuda.kernel.GridRule.LINES;
import static org.residuum.backend.cuda.kernel.GridRule.ONE_BLOCK;
import static org.residuum.backend.cuda.kernel.GridRule.TILES;
import static org.residuum.backend.cuda.kernel.GridRule.WARP_A_ROW;
import static org.residuum.backend.cuda.kernel.Storage.BF16;
import static org.residuum.backend.cuda.kernel.Storage.F32;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The kernels of {@code cuda/}: launch rule, arguments in order, storage types it exists for. The
 * formulas, shapes and meaning of the arguments are at the head of each family's {@code .cu} file.
 */
public enum Kernel {
  // elementwise.cu
  RELU_FORWARD(ELEMENTS, "x* y* n:i64", F32, BF16),
  RELU_BACKWARD(ELEMENTS, "y* dy* dx* n:i64", F32, BF16),
  RESIDUAL_ADD_FORWARD(ELEMENTS, "a* b* y* n:i64", F32, BF16),
  RESIDUAL_ADD_RELU_FORWARD(ELEMENTS, "a* b* y* n:i64", F32, BF16),
  SIGMOID_FORWARD(ELEMENTS, "x* y* n:i64", F32, BF16),
  SIGMOID_BACKWARD(ELEMENTS, "y* dy* dx* n:i64", F32, BF16),
  CLIP_FORWARD(ELEMENTS, "x* y* n:i64 low:f32 high:f32", F32, BF16),
  CLIP_BACKWARD(ELEMENTS, "y* dy* dx* n:i64 low:f32 high:f32", F32, BF16),
  MULTIPLY_FORWARD(ELEMENTS, "a* b* y* n:i64", F32, BF16),
  MULTIPLY_CHANNELS_FORWARD(LINES, "a* s* y* images:i64 pixels:i32 channels:i32", F32, BF16),
  FILL(ELEMENTS, "y* n:i64 value:f32", F32, BF16),

  // bias.cu
  BIAS_FORWARD(ELEMENTS, "x* b* y* " + Signatures.ROWS, F32, BF16),
  BIAS_RELU_FORWARD(ELEMENTS, "x* b* y* " + Signatures.ROWS, F32, BF16),
  BIAS_RESIDUAL_FORWARD(ELEMENTS, "x* b* r* y* " + Signatures.ROWS, F32, BF16),
  BIAS_RESIDUAL_RELU_FORWARD(ELEMENTS, "x* b* r* y* " + Signatures.ROWS, F32, BF16),
  BIAS_BACKWARD(COLUMNS, "dy* partials* " + Signatures.ROWS, F32, BF16),
  BIAS_RELU_BACKWARD(COLUMNS, "y* dy* dx* partials* " + Signatures.ROWS, F32, BF16),
  COLUMN_SUMS_FINISH(COLUMN_FINISH, "partials* sums* chunks:i32 channels:i32", F32),

  // batch_norm.cu
  BATCH_NORM_STATISTICS(COLUMNS, "x* partials* " + Signatures.ROWS, F32, BF16),
  BATCH_NORM_STATISTICS_FINISH(
      COLUMN_FINISH,
      "partials* gamma* mean* var* scale* running_mean* running_var* rows:i64 chunks:i32"
          + " channels:i32 epsilon:f32 momentum:f32",
      F32),
  BATCH_NORM_FORWARD(ELEMENTS, "x* mean* scale* beta* y* " + Signatures.ROWS, F32, BF16),
  BATCH_NORM_RELU_FORWARD(ELEMENTS, "x* mean* scale* beta* y* " + Signatures.ROWS, F32, BF16),
  BATCH_NORM_RESIDUAL_FORWARD(
      ELEMENTS, "x* mean* scale* beta* residual* y* " + Signatures.ROWS, F32, BF16),
  BATCH_NORM_RESIDUAL_RELU_FORWARD(
      ELEMENTS, "x* mean* scale* beta* residual* y* " + Signatures.ROWS, F32, BF16),
  SCALE_SHIFT_FORWARD(ELEMENTS, "x* scale* shift* y* " + Signatures.ROWS, F32, BF16),
  SCALE_SHIFT_RELU_FORWARD(ELEMENTS, "x* scale* shift* y* " + Signatures.ROWS, F32, BF16),
  SCALE_SHIFT_RESIDUAL_FORWARD(
      ELEMENTS, "x* scale* shift* residual* y* " + Signatures.ROWS, F32, BF16),
  SCALE_SHIFT_RESIDUAL_RELU_FORWARD(
      ELEMENTS, "x* scale* shift* residual* y* " + Signatures.ROWS, F32, BF16),
  BATCH_NORM_BACKWARD_REDUCE(COLUMNS, "x* mean* dy* partials* " + Signatures.ROWS, F32, BF16),
  BATCH_NORM_RELU_BACKWARD_REDUCE(
      COLUMNS, "x* mean* y* dy* partials* " + Signatures.ROWS, F32, BF16),
  BATCH_NORM_BACKWARD_FINISH(
      COLUMN_FINISH,
      "partials* gamma* var* dgamma* dbeta* coefficients* rows:i64 chunks:i32 channels:i32"
          + " epsilon:f32",
      F32),
  BATCH_NORM_BACKWARD(ELEMENTS, "x* mean* dy* coefficients* dx* " + Signatures.ROWS, F32, BF16),
  BATCH_NORM_RELU_BACKWARD(
      ELEMENTS, "x* mean* y* dy* coefficients* dx* " + Signatures.ROWS, F32, BF16),
  BATCH_NORM_RESIDUAL_RELU_BACKWARD(
      ELEMENTS, "x* mean* y* dy* coefficients* dx* dresidual* " + Signatures.ROWS, F32, BF16),

  // pooling.cu
  MAX_POOL_FORWARD(LINES, "x* y* " + Signatures.WINDOW, F32, BF16),
  MAX_POOL_BACKWARD(LINES, "x* dy* dx* " + Signatures.WINDOW, F32, BF16),
  AVERAGE_POOL_FORWARD(LINES, "x* y* " + Signatures.WINDOW + " " + Signatures.DIVISOR, F32, BF16),
  AVERAGE_POOL_BACKWARD(
      LINES, "dy* dx* " + Signatures.WINDOW + " " + Signatures.DIVISOR, F32, BF16),
  GLOBAL_AVERAGE_POOL_FORWARD(LINES, "x* y* images:i64 pixels:i32 channels:i32", F32, BF16),
  GLOBAL_AVERAGE_POOL_BACKWARD(LINES, "dy* dx* images:i64 pixels:i32 channels:i32", F32, BF16),

  // convolution.cu
  IM2COL(
      LINES,
      "x* columns* first_line:i64 lines:i64 groups:i32 row_length:i32 " + Signatures.WINDOW,
      F32,
      BF16),
  COL2IM(LINES, "columns* dx* groups:i32 row_length:i32 " + Signatures.WINDOW, F32, BF16),
  STRIDED_GATHER(LINES, "x* y* " + Signatures.STRIDES, F32, BF16),
  STRIDED_SCATTER(LINES, "dy* dx* " + Signatures.STRIDES, F32, BF16),

  // softmax.cu
  SOFTMAX_FORWARD(WARP_A_ROW, "x* y* rows:i64 classes:i32", F32, BF16),
  SOFTMAX_BACKWARD(WARP_A_ROW, "y* dy* dx* rows:i64 classes:i32", F32, BF16),
  CROSS_ENTROPY_FORWARD(
      WARP_A_ROW,
      "x* labels* losses* rows:i64 valid_rows:i64 classes:i32 smoothing:f32",
      F32,
      BF16),
  CROSS_ENTROPY_BACKWARD(
      WARP_A_ROW, "x* labels* dx* rows:i64 valid_rows:i64 classes:i32 smoothing:f32", F32, BF16),
  MEAN_LOSS(ONE_BLOCK, "losses* loss* rows:i64 valid_rows:i64", F32),

  // optimizer.cu
  SQUARE_SUMS(FLAT_REDUCTION, "g* partials* n:i64", F32),
  CLIP_SCALE(ONE_BLOCK, "partials* control* blocks:i32 max_norm:f32", F32),
  SGD(ELEMENTS, "w* g* decays* control* n:i64 rate:f32 decay:f32", F32),
  SGD_MOMENTUM(
      ELEMENTS,
      "w* g* v* decays* control* n:i64 rate:f32 momentum:f32 decay:f32 nesterov:i32",
      F32),
  ADAMW(
      ELEMENTS,
      "w* g* m* v* decays* control* n:i64 step:f32 beta1:f32 beta2:f32 epsilon:f32 correction:f32"
          + " rate_decay:f32",
      F32),

  // layout.cu
  TRANSPOSE(TILES, "x* y* batch:i64 rows:i32 middle:i32 columns:i32", F32, BF16),
  STRIDED_COPY(ELEMENTS, "x* y* n:i32 " + Signatures.BOX, F32, BF16),
  OIHW_TO_HWIO(ELEMENTS, "x* y* out:i32 in:i32 taps:i32", F32),
  HWIO_TO_OIHW(ELEMENTS, "x* y* out:i32 in:i32 taps:i32", F32),
  CAST_FROM_F32(ELEMENTS, "x* y* n:i64", BF16),
  CAST_TO_F32(ELEMENTS, "x* y* n:i64", BF16),
  IMAGES_TO_NHWC(
      LINES,
      "pictures* crops* scale* shift* y* images:i32 source_height:i32 source_width:i32"
          + " channels:i32 height:i32 width:i32",
      F32,
      BF16);

  private final GridRule grid;
  private final List<Argument> arguments;
  private final Set<Storage> storages;

  Kernel(GridRule grid, String signature, Storage... storages) {
    this.grid = grid;
    this.arguments = Argument.parse(signature);
    this.storages = Set.of(storages);
  }

  /** The rule that gives the launch shape. */
  public GridRule grid() {
    return grid;
  }

  /** The arguments in the order in which a launch passes them. */
  public List<Argument> arguments() {
    return arguments;
  }

  /** The storage types this kernel exists for. */
  public Set<Storage> storages() {
    return storages;
  }

  /** The name of the {@code .entry} in the module of the given storage type. */
  public String entry(Storage storage) {
    if (!storages.contains(storage)) {
      throw new IllegalArgumentException(
          "kernel " + name() + " exists for " + storages + ", not for " + storage);
    }
    return name().toLowerCase(Locale.ROOT) + "_" + storage.suffix();
  }

  /** Runs of arguments that several kernels share. */
  private static final class Signatures {
    static final String ROWS = "rows:i64 channels:i32";
    static final String WINDOW =
        "images:i32 height:i32 width:i32 channels:i32 out_height:i32 out_width:i32"
            + " kernel_height:i32 kernel_width:i32 stride_y:i32 stride_x:i32 pad_top:i32"
            + " pad_left:i32 dilation_y:i32 dilation_x:i32";
    static final String DIVISOR = "pad_bottom:i32 pad_right:i32 count_padding:i32";
    static final String STRIDES =
        "images:i32 height:i32 width:i32 channels:i32 out_height:i32 out_width:i32"
            + " out_channels:i32 stride_y:i32 stride_x:i32 offset:i32";
    static final String BOX =
        "extent1:i32 extent2:i32 extent3:i32 x_stride0:i64 x_stride1:i64 x_stride2:i64"
            + " x_stride3:i64 y_stride0:i64 y_stride1:i64 y_stride2:i64 y_stride3:i64";
  }
}
