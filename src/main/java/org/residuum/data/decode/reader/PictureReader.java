package org.residuum.data.decode.reader;

import java.io.IOException;
import java.util.Optional;
import org.residuum.data.Picture;

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

  /** The embedded ICC profile of its grey or RGB values, where there is one. */
  default Optional<byte[]> colorProfile() {
    return Optional.empty();
  }
}
