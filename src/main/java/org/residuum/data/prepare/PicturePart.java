package org.residuum.data.prepare;

import org.residuum.data.Picture;

/**
 * A picture of which only a part is there: as much as is looked at.
 *
 * @param height of the whole, in pixels
 * @param width of the whole, in pixels
 * @param top row of the whole where the part begins
 * @param left column of the whole where the part begins
 * @param pixels of the part
 */
public record PicturePart(int height, int width, int top, int left, Picture pixels) {
  /** A whole picture. */
  public static PicturePart whole(Picture picture) {
    return new PicturePart(picture.height(), picture.width(), 0, 0, picture);
  }
}
