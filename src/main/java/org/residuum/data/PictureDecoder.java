package org.residuum.data;

import java.io.IOException;
import java.nio.file.Path;

final class PictureDecoder {
  private PictureDecoder() {}

  static Picture read(Path file) throws IOException {
    throw new InvalidDataException(file + ": no");
  }
}
