package org.residuum.cli.depth;

/**
 * What is inside a network at one moment, measured on one batch; a value a place.
 *
 * @param first the norm of the gradient of the first layer's weight
 * @param gradients of the weights of a block, the norm over both layers
 * @param distances ‖y - x‖ / ‖x‖ of a block's output y and input x over the batch: 0 for the
 *     identity
 */
record Anatomy(double first, double[] gradients, double[] distances) {
  /** Blocks of which a network shows at most; the first and the last are among them. */
  private static final int PLACES = 41;

  /** Which blocks of so many are measured, from 0. */
  static int[] places(int blocks) {
    int count = Math.min(blocks, PLACES);
    int[] places = new int[count];
    for (int i = 0; i < count; i++) {
      places[i] = count == 1 ? 0 : (int) Math.round((double) i * (blocks - 1) / (count - 1));
    }
    return places;
  }
}
