package org.residuum.backend.cuda;

import java.util.List;
import org.residuum.network.Shape;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Window;

/**
 * Convolutions and their gradients as matrix products over NHWC images, weights (out, kh, kw,
 * C/groups). Where a window is one pixel, the image is the matrix; else {@code im2col} writes the
 * windows of a chunk of output lines as rows, a chunk at a time so that it stays in the L2 cache.
 */
final class Convolutions {
  /** A row of columns starts at a multiple of so many elements: 16 bytes of bf16. */
  private static final int ROW_MULTIPLE = 8;

  private final Assembly assembly;
  private final Conv2d op;
  private final Mode mode;
  private final Shape x;
  private final Shape y;
  private final int images;
  private final int channels;
  private final int outputs;
  private final int taps;
  private final int rowLength;
  private final int bytes;

  /**
   * The convolution of the assembly's node, or that which the node is a gradient of.
   *
   * @param x the shape of the convolution's input
   */
  Convolutions(Assembly assembly, Conv2d op, Shape x) {
    this.assembly = assembly;
    this.op = op;
    this.mode = assembly.mode();
    this.x = x;
    this.y = op.with(Epilogue.NONE).outputs(List.of(x)).get(0);
    this.images = assembly.rows(x);
    this.channels = x.extent(1) / op.groups();
    this.outputs = op.outChannels() / op.groups();
    this.taps = op.window().height() * op.window().width();
    int length = Math.multiplyExact(taps, channels);
    this.rowLength = (length + ROW_MULTIPLE - 1) / ROW_MULTIPLE * ROW_MULTIPLE;
    this.bytes = mode.storage().bytes();
  }

  /** Whether x itself is the matrix of windows. */
  private boolean isPixelwise() {
    return op.window().equals(Window.square(1, 1, 0));
  }

  private int length() {
    return taps * channels;
  }

  private long rows() {
    return (long) images * y.extent(2) * y.extent(3);
  }

  private static Operand elements(Operand operand, long count, int elementBytes) {
    return count == 0 ? operand : operand.plus(count * elementBytes);
  }

  /** Elements of one group's weights. */
  private long weights() {
    return (long) outputs * length();
  }

  /**
   * y = activation(w ∗ x + b [+ residual]).
   *
   * @param inPlace whether y takes over the residual's memory
   */
  void forward(boolean inPlace) {
    Chunks chunks = new Chunks(false);
    for (int group = 0; group < op.groups(); group++) {
      int g = group;
      Operand w = elements(assembly.weight(0), g * weights(), bytes);
      Operand to = elements(assembly.output(0), (long) g * outputs, bytes);
      chunks.each(
          g,
          assembly.input(0),
          (columns, stride, row, count) ->
              assembly.multiply(
                  Gemm.timesTransposed(
                          mode, count, outputs, length(), stride, length(), op.outChannels())
                      .accumulating(inPlace),
                  columns,
                  w,
                  elements(to, row * op.outChannels(), bytes)));
    }
    boolean apart = op.epilogue().residual() && !inPlace;
    new Epilogues(assembly, rows(), op.outChannels())
        .append(
            op.bias() ? assembly.vector(1) : null,
            apart ? assembly.input(1) : null,
            op.epilogue().activation());
  }

  /** dw = dyᵀ · columns(x), db = Σ dy */
  void weightGradient() {
    Chunks chunks = new Chunks(false);
    for (int group = 0; group < op.groups(); group++) {
      int g = group;
      Operand dy = elements(assembly.input(1), (long) g * outputs, bytes);
      Operand dw = elements(assembly.output(0), g * weights(), 4);
      chunks.each(
          g,
          assembly.input(0),
          (columns, stride, row, count) ->
              assembly.multiply(
                  Gemm.transposedTimes(
                          mode, outputs, length(), count, op.outChannels(), stride, length())
                      .accumulating(row > 0),
                  elements(dy, row * op.outChannels(), bytes),
                  columns,
                  dw));
    }
    if (op.bias()) {
      new ColumnSums(assembly)
          .append(assembly.input(1), assembly.output(1), rows(), op.outChannels());
    }
  }

  /** dx = col2im(dy · w), whole images at a time. */
  void inputGradient() {
    Chunks chunks = new Chunks(true);
    for (int group = 0; group < op.groups(); group++) {
      inputGradient(chunks, group);
    }
  }

  private void inputGradient(Chunks chunks, int group) {
    Operand w = elements(assembly.weight(0), group * weights(), bytes);
    Operand dy = elements(assembly.input(0), (long) group * outputs, bytes);
    if (isPixelwise()) {
      assembly.multiply(
          Gemm.plain(mode, rows(), channels, outputs, op.outChannels(), length(), x.extent(1)),
          dy,
          w,
          elements(assembly.output(0), (long) group * channels, bytes));
      return;
    }
    long lines = y.extent(2);
    long pixels = (long) x.elements() / (x.isBatched() ? 1 : images);
    for (int first = 0; first < images; first += (int) (chunks.lines / lines)) {
      int count = (int) Math.min(chunks.lines / lines, images - first);
      long row = first * lines * y.extent(3);
      assembly.multiply(
          Gemm.plain(
              mode,
              count * lines * y.extent(3),
              length(),
              outputs,
              op.outChannels(),
              length(),
              rowLength),
          elements(dy, row * op.outChannels(), bytes),
          w,
          chunks.columns);
      Object[] arguments = {
        chunks.columns,
        elements(assembly.output(0), first * pixels, bytes),
        group * channels,
        channels,
        rowLength
      };
      assembly.launch(
          Kernel.COL2IM,
          mode.storage(),
          (long) count * x.extent(2),
          GridRule.accesses(x.extent(3), channels, mode.storage()),
          WindowArguments.of(arguments, count, x, y, op.window()));
    }
  }

  /** What to do with the windows of rows {@code row} to {@code row + count - 1} of y. */
  @FunctionalInterface
  private interface Product {
    void append(Operand columns, int stride, long row, long count);
  }

  /** y's lines, cut so that the columns of a chunk fit into {@link Assembly#chunkBytes}. */
  private final class Chunks {
    private final long lines;
    private final Operand columns;

    Chunks(boolean wholeImages) {
      long lineBytes = (long) y.extent(3) * rowLength * bytes;
      long all = (long) images * y.extent(2);
      long least = wholeImages ? y.extent(2) : 1;
      long fitting = assembly.chunkBytes() / Math.max(1, lineBytes) / least * least;
      this.lines = Math.min(all, Math.max(least, fitting));
      this.columns = isPixelwise() ? null : assembly.scratch(lines * lineBytes);
    }

    void each(int group, Operand source, Product product) {
      if (isPixelwise()) {
        Operand from = elements(source, (long) group * channels, bytes);
        product.append(from, x.extent(1), 0, rows());
        return;
      }
      long all = (long) images * y.extent(2);
      for (long first = 0; first < all; first += lines) {
        long count = Math.min(lines, all - first);
        Object[] arguments = {source, columns, first, count, group * channels, channels, rowLength};
        assembly.launch(
            Kernel.IM2COL,
            mode.storage(),
            count,
            GridRule.accesses((long) y.extent(3) * taps, channels, mode.storage()),
            WindowArguments.of(arguments, images, x, y, op.window()));
        product.append(columns, rowLength, first * y.extent(3), count * y.extent(3));
      }
    }
  }
}
