package org.residuum.backend.cpu.winograd;

import static org.residuum.backend.cpu.onednn.CpuAssembly.argument;

import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.cpu.onednn.ConvolutionWindow;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.cpu.onednn.Packing;
import org.residuum.backend.cpu.onednn.Product;
import org.residuum.backend.lower.Place;
import org.residuum.network.Shape;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Window;

/**
 * A 3×3 convolution of step 1 by Winograd's filtering ({@link Winograd}): along the rows alone,
 * with half of the multiplications, or along both axes, with a quarter of them. All of its steps
 * are products of matrices of the images, channels last:
 *
 * <pre>
 * x (N, H, W, C) → rows (6, N, H/4, W, C) → tiles (6, 6, N, H/4, W/4, C)
 *                    | six 1×3 convolutions   | 36 products with (C, K)
 * y (N, H, W, K) ← rows (6, N, H/4, W, K) ← tiles (6, 6, N, H/4, W/4, K)
 * </pre>
 *
 * A NaN or an infinity in x makes all outputs of its tiles NaN, not only its neighbours.
 */
public final class WinogradConvolution {
  /** The costs are rough; a smaller gain may be none. */
  private static final double MIN_GAIN = 1.15;

  private final CpuAssembly assembly;
  private final Conv2d op;
  private final String weight;
  private final int images;
  private final int channels;
  private final int outputs;
  private final TiledAxis down;
  private final TiledAxis across;

  /**
   * The convolution of the assembly's node.
   *
   * @param x the shape of its input
   */
  public WinogradConvolution(CpuAssembly assembly, Conv2d op, Shape x) {
    this.assembly = assembly;
    this.op = op;
    Shape y = op.with(Epilogue.NONE).outputs(List.of(x)).get(0);
    Window window = op.window();
    this.weight = assembly.node().parameters().get(0).name();
    this.images = (int) assembly.dims(x)[0];
    this.channels = x.extent(1);
    this.outputs = op.outChannels();
    this.down = new TiledAxis(x.extent(2), window.padTop(), y.extent(2));
    this.across = new TiledAxis(x.extent(3), window.padLeft(), y.extent(3));
  }

  /** Whether it is such a convolution, and large enough to be faster this way. */
  public boolean isFaster() {
    return isSupported() && gain() > MIN_GAIN && TileTransforms.areFast();
  }

  private boolean isSupported() {
    Window w = op.window();
    boolean padded =
        Math.max(Math.max(w.padTop(), w.padBottom()), Math.max(w.padLeft(), w.padRight()))
            >= Winograd.TAPS;
    Window plain = Window.of(3, 3).pad(w.padTop(), w.padLeft(), w.padBottom(), w.padRight());
    long weights = (long) Winograd.INPUTS * Winograd.INPUTS * channels * outputs;
    return op.groups() == 1 && w.equals(plain) && !padded && weights <= Integer.MAX_VALUE;
  }

  private double gain() {
    return directCost() / Math.min(rowsCost(), tilesCost());
  }

  private boolean bothAxes() {
    return tilesCost() < rowsCost();
  }

  /** Multiplications an output pixel; the other costs are measured in the time of these. */
  private double directCost() {
    return 9.0 * channels * outputs;
  }

  /** Narrow images cost the row convolutions more, for their zeros at both ends. */
  private double rowsCost() {
    double narrow = 1.05 * (1 + 24.0 / (across.outputs() * across.outputs()));
    return directCost() / 2 * down.waste() * narrow + 55.0 * (channels + outputs);
  }

  /** Few tiles pay for reading 36 matrices of weights. */
  private double tilesCost() {
    double few = 1.2 * (1 + 20.0 / (images * down.tiles() * across.tiles()));
    return directCost() / 4 * down.waste() * across.waste() * few + 165.0 * (channels + outputs);
  }

  /** y = activation(w ∗ x + b [+ y]) */
  public void forward() {
    TileTransforms rowsOfX = transforms(down, images, (long) across.extent() * channels);
    TileTransforms rowsOfY = transforms(down, images, (long) across.outputs() * outputs);
    long lines = (long) Winograd.INPUTS * images * down.tiles();
    TileTransforms tilesOfX = transforms(across, lines, channels);
    TileTransforms tilesOfY = transforms(across, lines, outputs);
    long tiles = tilesOfX.elements();
    Place first = assembly.scratch(4 * Math.max(rowsOfX.elements(), tilesOfY.elements()));
    Place second = assembly.scratch(4 * Math.max(tiles, rowsOfY.elements()));
    rowsOfX.split(assembly.input(0), first);
    if (bothAxes()) {
      tilesOfX.split(first, second);
      products(second, first);
      tilesOfY.join(first, second, null, Epilogue.NONE);
    } else {
      rowConvolutions(first, second);
    }
    rowsOfY.join(second, assembly.output(0), bias(), op.epilogue());
  }

  private TileTransforms transforms(TiledAxis axis, long lines, long inner) {
    return new TileTransforms(assembly, axis, lines, inner);
  }

  /** The bias of a whole row of pixels, (W', K). */
  private Place bias() {
    if (!op.bias()) {
      return null;
    }
    String name = assembly.node().parameters().get(1).name();
    dnnl_memory_desc row = assembly.desc().plain((long) across.outputs() * outputs);
    return assembly.packed(new Filters.BiasOfRow(name, outputs, across.outputs()), row, row);
  }

  /** (36, tiles, C) · (36, C, K) → (36, tiles, K) */
  private void products(Place v, Place m) {
    long products = (long) Winograd.INPUTS * Winograd.INPUTS;
    long tiles = (long) images * down.tiles() * across.tiles();
    dnnl_memory_desc u = assembly.desc().plain(products, channels, outputs);
    new Product(assembly)
        .append(
            Product.Matrices.rowMajor(v, products, tiles, channels),
            Product.Matrices.rowMajor(
                assembly.packed(new Filters.OfTiles(weight, outputs, channels), u, u),
                products,
                channels,
                outputs),
            Product.Matrices.rowMajor(m, products, tiles, outputs));
  }

  /** (N, H/4, W, C) → (N, H/4, W', K) by a filter of its own for each of the six row products. */
  private void rowConvolutions(Place v, Place m) {
    Window w = op.window();
    Window window = Window.of(1, Winograd.TAPS).pad(0, w.padLeft(), 0, w.padRight());
    Shape rows = Shape.of(images, channels, down.tiles(), across.extent());
    Conv2d plain = new Conv2d(outputs, window, 1, false, Epilogue.NONE);
    ConvolutionWindow convolution = new ConvolutionWindow(plain, rows);
    long pixels = (long) images * down.tiles();
    for (int product = 0; product < Winograd.INPUTS; product++) {
      rowConvolution(
          convolution,
          v.plus(4 * product * pixels * across.extent() * channels),
          new Filters.OfRows(weight, outputs, channels, product),
          m.plus(4 * product * pixels * across.outputs() * outputs));
    }
  }

  private void rowConvolution(
      ConvolutionWindow window, Place from, Packing.Source weights, Place to) {
    dnnl_primitive_desc description =
        window.forward(assembly, dnnl.dnnl_forward_inference, null, attributes -> {});
    dnnl_memory_desc wanted = assembly.layout(description, dnnl.dnnl_query_weights_md);
    dnnl_memory_desc plain = assembly.desc().plain(window.weightDims);
    assembly.add(
        description,
        argument(dnnl.DNNL_ARG_SRC, assembly.desc(window.x), from),
        argument(dnnl.DNNL_ARG_WEIGHTS, wanted, assembly.packed(weights, plain, wanted)),
        argument(dnnl.DNNL_ARG_DST, assembly.desc(window.y), to));
  }
}
