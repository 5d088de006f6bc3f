package org.residuum.data.decode.reader;

import java.io.IOException;
import java.util.Optional;
import org.residuum.data.Picture;
import org.residuum.data.prepare.PicturePart;

/**
 * A picture file whose header was read; its pixels are not decoded yet. Values follow PIL's {@code
 * convert("RGB")}: alpha is dropped, colours under full transparency show, a palette's transparent
 * entry has its colour, the first of several frames is the picture.
 */
public interface PictureReader {
  PictureHeader header();

  /**
   * Decodes the pixels.
   *
   * @return as stored, not yet upright
   * @throws IOException if the file is damaged or ends early
   */
  Picture decode() throws IOException;

  /**
   * Decodes at least the pixels that are looked at.
   *
   * @return as stored, not yet upright
   * @throws IOException if the file is damaged or ends early
   */
  default PicturePart decode(PictureView view) throws IOException {
    return PicturePart.whole(decode());
  }

  /** The embedded ICC profile of its grey or RGB values, where there is one. */
  default Optional<byte[]> colorProfile() {
    return Optional.empty();
  }
}
