package org.residuum.backend.cpu.winograd;

import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.cpu.onednn.NativeObjects;
import org.residuum.backend.cpu.onednn.Product;
import org.residuum.backend.lower.Place;
import org.residuum.network.op.Epilogue;

/**
 * Winograd's transforms along one axis as small matrix products over long rows. {@code lines}
 * independent lines of {@code axis.extent()} positions, each of {@code inner} neighbouring floats,
 * become six matrices, (product, line, tile, inner), and back.
 */
final class TileTransforms {
  private final CpuAssembly assembly;
  private final TiledAxis axis;
  private final long lines;
  private final long inner;

  TileTransforms(CpuAssembly assembly, TiledAxis axis, long lines, long inner) {
    this.assembly = assembly;
    this.axis = axis;
    this.lines = lines;
    this.inner = inner;
  }

  /** Whether oneDNN has code of its own for such layouts on this processor, found out once. */
  static boolean areFast() {
    return Fast.FAST;
  }

  private static final class Fast {
    private static final boolean FAST = detect();

    private static boolean detect() {
      try (NativeObjects objects = new NativeObjects();
          CpuAssembly trial = CpuAssembly.withoutNetwork(objects)) {
        TileTransforms transforms = new TileTransforms(trial, new TiledAxis(24, 1, 24), 2, 64);
        Place nowhere = new Place(new Place.Scratch());
        transforms.split(nowhere, nowhere);
        transforms.join(nowhere, nowhere, null, Epilogue.NONE);
        return trial.steps().stream().noneMatch(step -> step.description().startsWith("ref"));
      }
    }
  }

  /** Floats of the six matrices. */
  long elements() {
    return Winograd.INPUTS * lines * axis.tiles() * inner;
  }

  /** v = Bᵀ x for each tile. */
  void split(Place x, Place v) {
    Place transform = assembly.constant(Winograd.inputTransform());
    for (TiledAxis.Run run : axis.runs()) {
      int step = run.count() == 1 ? 1 : 2;
      for (int first = 0; first < step; first++) {
        split(transform, run.every(step, first), x, v);
      }
    }
  }

  /** Neighbouring tiles share inputs, which no layout may: a run steps over every other tile. */
  private void split(Place transform, TiledAxis.Run run, Place x, Place v) {
    long count = run.count();
    long tile = run.step() * inner;
    long position = axis.start(run.first()) + run.skipped();
    Product.Matrices inputs =
        batch(
            x.plus(4 * position * inner),
            new long[] {lines, count, run.inputs(), inner},
            new long[] {axis.extent() * inner, Winograd.OUTPUTS * tile, inner, 1});
    new Product(assembly)
        .append(
            matrix(transform.plus(4L * run.skipped()), count, Winograd.INPUTS, run.inputs()),
            inputs,
            tiles(v.plus(4 * run.first() * inner), count, tile));
  }

  /**
   * y = activation(Aᵀ m + b [+ y]) for each tile; what extends past the last output is omitted.
   *
   * @param bias (inner), or null
   * @param epilogue whose residual lies in y's memory
   */
  void join(Place m, Place y, Place bias, Epilogue epilogue) {
    Place transform = assembly.constant(Winograd.outputTransform());
    Product product = new Product(assembly).with(bias, epilogue);
    int whole = axis.outputs() / Winograd.OUTPUTS;
    int rest = axis.outputs() % Winograd.OUTPUTS;
    if (whole > 0) {
      join(product, transform, m, y, whole, Winograd.OUTPUTS);
    }
    if (rest > 0) {
      long done = 4 * whole * inner;
      join(product, transform, m.plus(done), y.plus(Winograd.OUTPUTS * done), 1, rest);
    }
  }

  private void join(Product product, Place transform, Place m, Place y, long count, long outputs) {
    product.append(
        matrix(transform, count, outputs, Winograd.INPUTS),
        tiles(m, count, inner),
        batch(
            y,
            new long[] {lines, count, outputs, inner},
            new long[] {axis.outputs() * inner, Winograd.OUTPUTS * inner, inner, 1}));
  }

  /** A part of a transform's matrix, the same for all lines and tiles. */
  private Product.Matrices matrix(Place transform, long count, long rows, long columns) {
    long row = Winograd.INPUTS;
    Product.Matrices same =
        new Product.Matrices(
            transform, new long[] {1, 1, rows, columns}, new long[] {row * row, row * row, row, 1});
    return lines == 1 || count == 1 ? without(1, same) : same;
  }

  /** The six matrices at some tiles of each line, {@code step} floats apart. */
  private Product.Matrices tiles(Place place, long count, long step) {
    long line = axis.tiles() * inner;
    return batch(
        place,
        new long[] {lines, count, Winograd.INPUTS, inner},
        new long[] {line, step, lines * line, 1});
  }

  private static Product.Matrices batch(Place place, long[] dims, long[] strides) {
    Product.Matrices all = new Product.Matrices(place, dims, strides);
    if (dims[1] == 1) {
      return without(1, all);
    }
    return dims[0] == 1 ? without(0, all) : all;
  }

  /** oneDNN 3.11 finds wrong places where one of two batch axes has one entry only. */
  private static Product.Matrices without(int axis, Product.Matrices all) {
    long[] d = all.dims();
    long[] s = all.strides();
    return new Product.Matrices(
        all.place(), new long[] {d[1 - axis], d[2], d[3]}, new long[] {s[1 - axis], s[2], s[3]});
  }
}
