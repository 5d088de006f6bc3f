package org.residuum.data.decode.jpeg;

import java.io.IOException;

/** What {@link JpegDecoder} leaves to the JDK's decoder: rare kinds of JPEG, and damaged ones. */
final class UnusualJpegException extends IOException {
  private static final long serialVersionUID = 1;

  UnusualJpegException(String what) {
    super(what);
  }
}
