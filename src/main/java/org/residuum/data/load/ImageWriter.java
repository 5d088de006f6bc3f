package org.residuum.data.load;

import java.io.IOException;
import java.util.function.ToLongFunction;
import org.residuum.data.Augmentation;
import org.residuum.data.Preprocessing;
import org.residuum.data.augment.Warp;
import org.residuum.data.prepare.AffineMap;

/**
 * Crops, flips, distorts and normalises in one pass from bytes to floats, both {@code (H, W, C)}.
 */
public final class ImageWriter<T> implements ExampleWriter<T> {
  private final Reader<? super T, byte[]> reader;
  private final Augmentation augmentation;
  private final ToLongFunction<? super T> bits;
  private final Warp warp;
  private final byte[] scratch;
  private final float[] values;

  /**
   * For pictures that are seen as they are.
   *
   * @param reader gives their bytes as {@link Preprocessing#fit} makes them
   */
  public ImageWriter(Preprocessing preprocessing, Reader<? super T, byte[]> reader) {
    this(preprocessing, 255, reader, Augmentation.NONE, item -> 0);
  }

  /**
   * @param maxValue the byte of full intensity
   * @param bits of an item, which decide its augmentation
   */
  ImageWriter(
      Preprocessing preprocessing,
      int maxValue,
      Reader<? super T, byte[]> reader,
      Augmentation augmentation,
      ToLongFunction<? super T> bits) {
    this.reader = reader;
    this.augmentation = augmentation;
    this.bits = bits;
    warp =
        new Warp(
            preprocessing.height(),
            preprocessing.width(),
            preprocessing.channels(),
            preprocessing.feed(maxValue).table());
    scratch = new byte[preprocessing.inputShape().elements()];
    values = new float[scratch.length];
  }

  @Override
  public void write(T item, Batch<T> into, int row) throws IOException {
    byte[] pixels = reader.read(item, scratch);
    long drawn = bits.applyAsLong(item);
    int shiftY = augmentation.offsetY(drawn) - augmentation.padAndCrop();
    int shiftX = augmentation.offsetX(drawn) - augmentation.padAndCrop();
    boolean flip = augmentation.flips(drawn);
    if (into.holdsPictures()) {
      into.put(row, pixels, shiftY, shiftX, flip);
      return;
    }
    warp.draw(pixels, shiftY, shiftX, flip, map(drawn), values);
    into.put(row, values);
  }

  /** Null where nothing is distorted. */
  private AffineMap map(long drawn) {
    Augmentation.Distortion distortion = augmentation.distortion();
    return distortion.equals(Augmentation.Distortion.NONE)
        ? null
        : AffineMap.draw(distortion, drawn);
  }
}
