package org.residuum.data.prepare;

import org.residuum.data.Picture;
import org.residuum.data.Resize.Filter;
import org.residuum.network.Shape;

/**
 * Resizing as PIL does it, to the bit: a filter whose support grows with the scale when shrinking
 * (antialiasing), along the rows first, then along the columns, each in fixed point and rounded to
 * 8 bits. torchvision's Resize on PIL pictures is this function. Only a window of the result is
 * computed: its pixels are those of the whole.
 */
public final class Resampling {
  private Resampling() {}

  public static Picture resize(Picture picture, int newHeight, int newWidth, Filter filter) {
    Span rows = new Span(newHeight, 0, newHeight);
    return resize(picture, rows, new Span(newWidth, 0, newWidth), filter);
  }

  /**
   * A part of a side after resizing.
   *
   * @param side the length of the resized side; it may exceed what a picture can have
   * @param from first position of the part
   * @param length of the part
   */
  public record Span(long side, long from, int length) {
    /** The pixels, first and end, of a side of this length that the part is made of. */
    public int[] pixels(int inSize, Filter filter) {
      Taps ends = Taps.of(inSize, new Span(side, from, 1), filter);
      Taps last = Taps.of(inSize, new Span(side, from + length - 1, 1), filter);
      return new int[] {ends.firstPixel(), last.endOfPixels()};
    }

    /** The same part counted from the other end. */
    public Span mirrored() {
      return new Span(side, side - from - length, length);
    }
  }

  /** The window {@code rows} × {@code columns} of the resized picture. */
  public static Picture resize(Picture picture, Span rows, Span columns, Filter filter) {
    return resize(PicturePart.whole(picture), rows, columns, filter);
  }

  /**
   * The same of a picture of which only {@link Span#pixels} of the rows and columns need be there.
   */
  public static Picture resize(PicturePart part, Span rows, Span columns, Filter filter) {
    Picture in = part.pixels();
    if (isAll(rows, in.height(), part.height()) && isAll(columns, in.width(), part.width())) {
      return in;
    }
    // Refuses sizes over 2^31.
    Shape size = Shape.of(rows.length(), columns.length(), in.channels());
    Taps down = Taps.of(part.height(), rows, filter);
    WideRows wide = new WideRows(part, Taps.of(part.width(), columns, filter), down.most());
    byte[] out = new byte[size.elements()];
    int[] sums = new int[columns.length() * in.channels()];
    for (int y = 0; y < rows.length(); y++) {
      add(wide, down, y, sums);
      int at = y * sums.length;
      for (int x = 0; x < sums.length; x++) {
        out[at + x] = Taps.pixel(sums[x]);
      }
    }
    return new Picture(rows.length(), columns.length(), in.channels(), out);
  }

  private static boolean isAll(Span span, int there, int side) {
    return span.side() == side && span.length() == side && there == side;
  }

  /** sums = Σ weight × row; the inner loops are made of vector instructions by the JIT. */
  private static void add(WideRows wide, Taps down, int y, int[] sums) {
    int row = down.first[y];
    for (int k = down.start[y]; k < down.start[y + 1]; k++, row++) {
      int[] values = wide.row(row);
      int weight = down.weights[k];
      if (k == down.start[y]) {
        first(weight, values, sums);
      } else {
        more(weight, values, sums);
      }
    }
  }

  private static void first(int weight, int[] values, int[] sums) {
    for (int x = 0; x < sums.length; x++) {
      sums[x] = Taps.HALF + weight * values[x];
    }
  }

  private static void more(int weight, int[] values, int[] sums) {
    for (int x = 0; x < sums.length; x++) {
      sums[x] += weight * values[x];
    }
  }
}
