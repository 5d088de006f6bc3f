package org.residuum.data.prepare;

import org.residuum.data.Picture;
import org.residuum.data.Resize.Filter;

/**
 * What is made of a picture: a window of the resized one.
 *
 * @param rows of the resized picture
 * @param columns of it
 */
public record Fitting(Resampling.Span rows, Resampling.Span columns, Filter filter) {
  /** For a picture of this size. */
  @FunctionalInterface
  public interface Rule {
    Fitting of(int height, int width);
  }

  /**
   * The centre of a resized picture, or all of it where it is smaller.
   *
   * @param tall height of the resized picture; it may exceed what an array holds
   * @param wide width of it
   */
  public static Fitting centre(long tall, long wide, int height, int width, Filter filter) {
    return new Fitting(inside(tall, height), inside(wide, width), filter);
  }

  /**
   * What a crop keeps of a side; Python's round gives its place: to the nearest, halves to even.
   */
  private static Resampling.Span inside(long side, int crop) {
    return side <= crop
        ? new Resampling.Span(side, 0, (int) side)
        : new Resampling.Span(side, (long) Math.rint((side - crop) / 2.0), crop);
  }

  /** The picture's rows that are looked at: the first, and the one behind the last. */
  public int[] rowsOf(int height) {
    return rows.pixels(height, filter);
  }

  /** Its columns that are looked at. */
  public int[] columnsOf(int width) {
    return columns.pixels(width, filter);
  }

  public Picture of(PicturePart part) {
    return Resampling.resize(part, rows, columns, filter);
  }
}
