package org.residuum.data.decode.reader;

import java.io.IOException;
import java.util.Optional;
import org.residuum.data.Picture;

/**
 * A picture file whose header was read; its pixels are not decoded yet. Values follow PIL's {@code
 * convert("RGB")}: alpha is dropped, colours under full transparency show, a palette's transparent
 * entry has its colour, the first of several frames is the picture.
 */
public interface EncodedPicture {
  /** Pixels, as stored. */
  int height();

  /** Pixels, as stored. */
  int width();

  /** Bytes of heap that {@link #decode} takes at most, with its result and without the file. */
  long decodingBytes();

  /**
   * Decodes the pixels.
   *
   * @return as stored, not yet upright
   * @throws IOException if the file is damaged or ends early
   */
  Picture decode() throws IOException;

  /** EXIF's orientation, 1 to 8; 1 where there is none. */
  default int orientation() {
    return 1;
  }

  /** The embedded ICC profile of its grey or RGB values, where there is one. */
  default Optional<byte[]> colorProfile() {
    return Optional.empty();
  }
}
