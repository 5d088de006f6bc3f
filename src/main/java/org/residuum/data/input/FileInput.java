package org.residuum.data.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.residuum.data.InvalidDataException;
import org.residuum.data.decode.PictureDecoder;
import org.residuum.data.decode.PictureFormat;
import org.residuum.data.source.scan.PictureNames;

/**
 * A picture file.
 *
 * @param name the path as text
 * @param className its class, or null
 */
record FileInput(Path file, String name, String className) implements PictureInput {

  /** Whether a file is taken for a picture by name or content. */
  static boolean looksLikePicture(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    if (PictureNames.isPicture(file)) {
      return true;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return PictureFormat.byContent(in.readNBytes(PictureFormat.HEAD_BYTES)).isPresent();
    }
  }

  /** Whether it is that file, under whatever name. */
  boolean isSame(Path other) throws IOException {
    return Files.exists(file) && Files.isSameFile(file, other);
  }

  @Override
  public Optional<String> label() {
    return Optional.ofNullable(className);
  }

  @Override
  public byte[] bytes() throws IOException {
    try {
      return PictureDecoder.bytes(file);
    } catch (InvalidDataException e) {
      throw Named.as(name, file.toString(), e);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /** Whether one of the pictures is that file. */
  static boolean isAmong(PictureInputs pictures, Path file) throws IOException {
    for (PictureInput one = pictures.next(); one != null; one = pictures.next()) {
      if (one instanceof FileInput picture && picture.isSame(file)) {
        return true;
      }
    }
    return false;
  }
}
