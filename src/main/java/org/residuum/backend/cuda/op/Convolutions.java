package org.residuum.backend.cuda.op;

import java.util.List;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.lower.InPlace;
import org.residuum.backend.lower.Place;
import org.residuum.network.ElementType;
import org.residuum.network.Shape;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Window;

/**
 * Convolutions and their gradients as matrix products over NHWC images, weights (out, kh, kw,
 * C/groups). Where a window is one pixel, the image is the matrix; else {@code im2col} writes the
 * windows of a chunk of output lines as rows, a chunk at a time so that it stays in the L2 cache.
 * All groups of a chunk are one batch of products: their columns are (groups, rows, row length),
 * their channels adjacent.
 */
final class Convolutions {
  private static final Kernel IM2COL =
      Kernel.of(
          "im2col",
          GridRule.WINDOWS,
          "x* columns* first_line:i64 lines:i64 groups:i32 row_length:i32" + Windows.PARAMETERS);
  private static final Kernel COL2IM =
      Kernel.of(
          "col2im", GridRule.LINES, "columns* dx* groups:i32 row_length:i32" + Windows.PARAMETERS);

  private final CudaAssembly to;
  private final Conv2d op;
  private final Shape x;
  private final Shape y;
  private final int images;
  private final int channels;
  private final int outputs;
  private final int length;
  private final int rowLength;
  private final int weightStride;
  private final int bytes;

  /** The convolution of the assembly's node, or that which the node is a gradient of. */
  private Convolutions(CudaAssembly to, Conv2d op) {
    this.to = to;
    this.op = op;
    this.x = to.x();
    this.y = op.with(Epilogue.NONE).outputs(List.of(x)).get(0);
    this.images = to.rows(x);
    this.channels = x.extent(1) / op.groups();
    this.outputs = op.outChannels() / op.groups();
    this.length = Math.multiplyExact(op.window().height() * op.window().width(), channels);
    this.rowLength = ParameterRows.padded(length);
    this.weightStride = to.padsWeights() ? rowLength : length;
    this.bytes = to.storage().bytes();
  }

  static void enter(CudaOps ops) {
    ops.add(IM2COL, COL2IM);
    ops.add(Conv2d.class)
        .forward((to, node, op) -> new Convolutions(to, op).forward(to.overwrites(1)))
        .inPlace(InPlace.addend(1))
        .inputGradient((to, node, op) -> new Convolutions(to, op).inputGradient())
        .weightGradient((to, node, op) -> new Convolutions(to, op).weightGradient());
  }

  /** Whether x itself is the matrix of windows. */
  private boolean isPixelwise() {
    return op.window().equals(Window.square(1, 1, 0));
  }

  /** Elements of a row of windows that a product with the weights reads; both end in zeros. */
  private int read() {
    return isPixelwise() ? length : weightStride;
  }

  private long lines() {
    return (long) images * y.extent(2);
  }

  private long rows(long lines) {
    return lines * y.extent(3);
  }

  private static Place elements(Place operand, long count, int elementBytes) {
    return count == 0 ? operand : operand.plus(count * elementBytes);
  }

  /** The line's place in y or dy. */
  private Place from(Place images, long line) {
    return elements(images, rows(line) * op.outChannels(), bytes);
  }

  private Gemm.Matrix weights(int stride) {
    return Gemm.matrix(stride, to.storage(), (long) outputs * stride);
  }

  /** y or dy, one group. */
  private Gemm.Matrix result() {
    return Gemm.matrix(op.outChannels(), to.storage(), outputs);
  }

  private Gemm product(
      long m, int n, long k, Gemm.Matrix a, Gemm.Matrix b, Gemm.Matrix c, boolean accumulates) {
    return Gemm.of(to.precision(), Gemm.size(m, n, k), a, b, c)
        .times(op.groups())
        .accumulating(accumulates);
  }

  /**
   * y = activation(w ∗ x + b [+ residual]).
   *
   * @param inPlace whether y takes over the residual's memory
   */
  private void forward(boolean inPlace) {
    new Chunks(to.input(0), false)
        .each(
            (columns, line, lines) -> {
              im2col(columns, line, lines);
              Gemm.Matrix w = weights(weightStride).transpose();
              to.multiply(
                  product(rows(lines), outputs, read(), columns.matrix, w, result(), inPlace),
                  columns.first,
                  to.weight(0),
                  from(to.output(0), line));
            });
    boolean apart = op.epilogue().residual() && !inPlace;
    Epilogues.append(
        to,
        rows(lines()),
        op.outChannels(),
        op.bias() ? to.vector(1) : null,
        apart ? to.input(1) : null,
        op.epilogue().activation());
  }

  /** dw = dyᵀ · columns(x), db = Σ dy */
  private void weightGradient() {
    new Chunks(to.input(0), false)
        .each(
            (columns, line, lines) -> {
              im2col(columns, line, lines);
              Gemm.Matrix dy = result().transpose();
              Gemm.Matrix dw = weights(length).in(ElementType.F32);
              to.multiply(
                  product(outputs, length, rows(lines), dy, columns.matrix, dw, line > 0),
                  from(to.input(1), line),
                  columns.first,
                  to.output(0));
            });
    if (op.bias()) {
      ColumnSums.append(to, to.input(1), to.output(1), rows(lines()), op.outChannels());
    }
  }

  /** dx = col2im(dy · w), whole images at a time. */
  private void inputGradient() {
    new Chunks(to.output(0), true)
        .each(
            (columns, line, lines) -> {
              to.multiply(
                  product(
                      rows(lines),
                      length,
                      outputs,
                      result(),
                      weights(weightStride),
                      columns.matrix,
                      false),
                  from(to.input(0), line),
                  to.weight(0),
                  columns.first);
              col2im(columns, line, lines);
            });
  }

  private void im2col(Columns columns, long line, long lines) {
    if (isPixelwise()) {
      return;
    }
    Launch launch =
        to.launch(IM2COL, to.storage())
            .pointer("x", to.input(0))
            .pointer("columns", columns.first)
            .number("first_line", line)
            .number("lines", lines)
            .number("groups", op.groups())
            .number("row_length", columns.matrix.rowStride());
    long accesses = rowLength * GridRule.accesses(1, channels, to.storage()) / channels;
    Windows.put(launch, images, x, y, op.window())
        .over(GridRule.windows(lines * op.groups(), y.extent(3), accesses));
  }

  private void col2im(Columns columns, long line, long lines) {
    if (isPixelwise()) {
      return;
    }
    long pixels = line / y.extent(2) * x.extent(2) * x.extent(3);
    int count = (int) (lines / y.extent(2));
    Launch launch =
        to.launch(COL2IM, to.storage())
            .pointer("columns", columns.first)
            .pointer("dx", elements(to.output(0), pixels * x.extent(1), bytes))
            .number("groups", op.groups())
            .number("row_length", columns.matrix.rowStride());
    Windows.put(launch, count, x, y, op.window())
        .over(
            (long) count * x.extent(2),
            GridRule.accesses((long) x.extent(3) * op.groups(), channels, to.storage()));
  }

  /**
   * Windows, a row each.
   *
   * @param first the first row of the first group
   * @param matrix of one group
   */
  private record Columns(Place first, Gemm.Matrix matrix) {}

  /** What to do with the windows of y's lines {@code line} to {@code line + lines - 1}. */
  @FunctionalInterface
  private interface Chunk {
    void append(Columns columns, long line, long lines);
  }

  /**
   * y's lines, cut so that the columns of all groups of a chunk fit into {@link
   * CudaAssembly#chunkBytes}.
   */
  private final class Chunks {
    private final Place image;
    private final long lines;
    private final Place columns;

    /**
     * @param image x or dx
     */
    Chunks(Place image, boolean wholeImages) {
      long lineBytes = rows(1) * op.groups() * rowLength * bytes;
      long least = wholeImages ? y.extent(2) : 1;
      long fitting = to.chunkBytes() / Math.max(1, lineBytes) / least * least;
      this.image = image;
      this.lines = Math.min(lines(), Math.max(least, fitting));
      this.columns = isPixelwise() ? null : to.scratch(lines * lineBytes);
    }

    void each(Chunk chunk) {
      if (isPixelwise()) {
        chunk.append(
            new Columns(image, Gemm.matrix(x.extent(1), to.storage(), channels)), 0, lines());
        return;
      }
      for (long first = 0; first < lines(); first += lines) {
        long count = Math.min(lines, lines() - first);
        Gemm.Matrix matrix = Gemm.matrix(rowLength, to.storage(), rows(count) * rowLength);
        chunk.append(new Columns(columns, matrix), first, count);
      }
    }
  }
}
