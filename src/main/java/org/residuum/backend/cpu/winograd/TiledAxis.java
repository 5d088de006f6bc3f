package org.residuum.backend.cpu.winograd;

import java.util.ArrayList;
import java.util.List;

/**
 * An image axis under a filter of three taps, cut into tiles of {@link Winograd#OUTPUTS} outputs.
 *
 * @param extent inputs along the axis
 * @param padBefore zeros before the first input
 * @param outputs outputs along the axis
 */
record TiledAxis(int extent, int padBefore, int outputs) {
  /**
   * Tiles that see the same part of their inputs.
   *
   * @param first number of the first tile
   * @param step from one tile to the next
   * @param count how many tiles
   * @param skipped inputs of each tile that are before the image
   * @param inputs inputs of each tile that are in the image
   */
  record Run(int first, int step, int count, int skipped, int inputs) {
    /** Every {@code by}-th tile, from the {@code from}-th on. */
    Run every(int by, int from) {
      return new Run(first + from * step, by * step, (count - from + by - 1) / by, skipped, inputs);
    }
  }

  int tiles() {
    return (outputs + Winograd.OUTPUTS - 1) / Winograd.OUTPUTS;
  }

  /** Outputs of all tiles, divided by those of the axis. */
  double waste() {
    return (double) tiles() * Winograd.OUTPUTS / outputs;
  }

  /** The first input of a tile; below 0 where the tile begins in the padding. */
  int start(int tile) {
    return tile * Winograd.OUTPUTS - padBefore;
  }

  private int skipped(int tile) {
    return Math.max(0, -start(tile));
  }

  private int inputs(int tile) {
    return Math.min(extent, start(tile) + Winograd.INPUTS) - start(tile) - skipped(tile);
  }

  /** All tiles: each one at an edge by itself, the others together. */
  List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (int tile = 0; tile < tiles(); ) {
      int end = tile + 1;
      while (inputs(tile) == Winograd.INPUTS && end < tiles() && inputs(end) == Winograd.INPUTS) {
        end++;
      }
      runs.add(new Run(tile, 1, end - tile, skipped(tile), inputs(tile)));
      tile = end;
    }
    return runs;
  }
}
