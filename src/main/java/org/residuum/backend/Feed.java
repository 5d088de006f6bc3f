package org.residuum.backend;

import java.util.Arrays;
import org.residuum.network.ElementType;

/**
 * What the caller of a session puts into an input: floats, or the bytes of pictures, which the
 * backend normalises. Bytes are a quarter of the transfer to a GPU.
 */
public final class Feed {
  /** The values as the network sees them. */
  public static final Feed FLOATS = new Feed(ElementType.F32, 0, new float[0], new float[0]);

  private static final int BYTES = 256;

  private final ElementType type;
  private final int maxValue;
  private final float[] mean;
  private final float[] std;

  private Feed(ElementType type, int maxValue, float[] mean, float[] std) {
    this.type = type;
    this.maxValue = maxValue;
    this.mean = mean;
    this.std = std;
  }

  /**
   * Unsigned bytes, of which a network sees (byte / maxValue - mean[c]) / std[c].
   *
   * @param maxValue the byte of full intensity, mostly 255
   * @param mean one finite value a channel; std likewise, above 0
   */
  public static Feed bytes(int maxValue, float[] mean, float[] std) {
    if (maxValue < 1 || maxValue >= BYTES) {
      throw new IllegalArgumentException("maxValue must be 1 to 255, not " + maxValue);
    }
    if (mean.length == 0 || mean.length != std.length) {
      throw new IllegalArgumentException(
          "mean has " + mean.length + " channels, std " + std.length + "; both need one a channel");
    }
    for (int c = 0; c < mean.length; c++) {
      if (!Float.isFinite(mean[c]) || !Float.isFinite(std[c]) || std[c] <= 0) {
        throw new IllegalArgumentException(
            "mean %s, std %s of channel %s: both must be finite, std above 0"
                .formatted(mean[c], std[c], c));
      }
    }
    return new Feed(ElementType.U8, maxValue, mean.clone(), std.clone());
  }

  /** {@link ElementType#F32}, or {@link ElementType#U8} for the bytes of pictures. */
  public ElementType type() {
    return type;
  }

  /** Channels of a picture; 0 for floats. */
  public int channels() {
    return mean.length;
  }

  /** The value of byte b of channel c, at index 256 c + b. */
  public float[] table() {
    float[] table = new float[channels() * BYTES];
    for (int i = 0; i < table.length; i++) {
      int c = i / BYTES;
      table[i] = ((i % BYTES) / (float) maxValue - mean[c]) / std[c];
    }
    return table;
  }

  /** 1 / (maxValue std[c]): with {@link #shift}, values are byte · scale[c] + shift[c]. */
  public float[] scale() {
    float[] scale = new float[channels()];
    for (int c = 0; c < scale.length; c++) {
      scale[c] = (float) (1 / ((double) maxValue * std[c]));
    }
    return scale;
  }

  /** -mean[c] / std[c] */
  public float[] shift() {
    float[] shift = new float[channels()];
    for (int c = 0; c < shift.length; c++) {
      shift[c] = (float) (-(double) mean[c] / std[c]);
    }
    return shift;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Feed feed
        && maxValue == feed.maxValue
        && Arrays.equals(mean, feed.mean)
        && Arrays.equals(std, feed.std);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(mean) + 31 * Arrays.hashCode(std);
  }

  /** For example {@code uint8, (byte / 255 - [0.5]) / [0.25]}. */
  @Override
  public String toString() {
    return type == ElementType.F32
        ? type.toString()
        : type
            + ", (byte / "
            + maxValue
            + " - "
            + Arrays.toString(mean)
            + ") / "
            + Arrays.toString(std);
  }
}
