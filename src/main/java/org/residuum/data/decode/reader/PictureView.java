package org.residuum.data.decode.reader;

import org.residuum.data.prepare.Fitting;

/**
 * How much of a picture is looked at.
 *
 * @param rule says it for the size in which the reader would give the picture
 * @param mayReduce whether the reader may give it smaller, by a half, a quarter or an eighth, but
 *     not smaller than it will be resized to
 */
public record PictureView(Fitting.Rule rule, boolean mayReduce) {
  /** The same of a picture that is stored with its sides swapped or mirrored. */
  public PictureView stored(boolean swapped, boolean mirrorY, boolean mirrorX) {
    return new PictureView(
        (height, width) -> {
          Fitting upright = swapped ? rule.of(width, height) : rule.of(height, width);
          Fitting turned =
              swapped ? new Fitting(upright.columns(), upright.rows(), upright.filter()) : upright;
          return new Fitting(
              mirrorY ? turned.rows().mirrored() : turned.rows(),
              mirrorX ? turned.columns().mirrored() : turned.columns(),
              turned.filter());
        },
        mayReduce);
  }
}
