package org.residuum.data.load;

import org.residuum.data.Preprocessing;

/**
 * How a stored byte becomes what a network sees: byte · scale[c] + shift[c], which is (byte /
 * maxValue - mean[c]) / std[c].
 */
@SuppressWarnings("ArrayRecordComponent") // Read by their owner only, and never compared.
public record PixelScale(float[] scale, float[] shift) {
  static PixelScale of(Preprocessing preprocessing, int maxValue) {
    float[] mean = preprocessing.mean();
    float[] std = preprocessing.std();
    float[] scale = new float[mean.length];
    float[] shift = new float[mean.length];
    for (int c = 0; c < mean.length; c++) {
      scale[c] = (float) (1 / ((double) maxValue * std[c]));
      shift[c] = (float) (-(double) mean[c] / std[c]);
    }
    return new PixelScale(scale, shift);
  }
}
