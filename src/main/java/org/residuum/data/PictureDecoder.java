package org.residuum.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes pictures with the decoders that ImageIO finds on the class path. */
final class PictureDecoder {
  private static final long MAX_FILE_BYTES = 1L << 28;
  private static final long MAX_PIXELS = 1L << 28;

  private PictureDecoder() {}

  /** The height and width that {@link #read} will give, from the file's header alone. */
  static int[] size(Path file) throws IOException {
    return withReader(
        file.toString(),
        bytes(file),
        (reader, orientation) -> {
          int[] size = {reader.getHeight(0), reader.getWidth(0)};
          return Orientation.swapsSides(orientation) ? new int[] {size[1], size[0]} : size;
        });
  }

  /** See {@link Picture#read}. */
  static Picture read(Path file) throws IOException {
    return read(file.toString(), bytes(file));
  }

  /**
   * Decodes the bytes of a file.
   *
   * @param name of the picture, for errors
   */
  static Picture read(String name, byte[] bytes) throws IOException {
    return withReader(
        name,
        bytes,
        (reader, orientation) -> {
          List<String> warnings = new ArrayList<>();
          reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
          BufferedImage image = reader.read(0);
          // The JPEG decoder fills what is missing of a truncated file with grey.
          if (warnings.stream().anyMatch(warning -> warning.contains("premature end"))) {
            throw undecodable(name, "the file is truncated", null);
          }
          return Orientation.upright(Pixels.of(image), orientation);
        });
  }

  private interface Use<T> {
    T of(ImageReader reader, int orientation) throws IOException;
  }

  private static <T> T withReader(String name, byte[] bytes, Use<T> use) throws IOException {
    if (bytes.length == 0) {
      throw undecodable(name, "the file is empty", null);
    }
    Optional<String> problem = PngCheck.problem(bytes);
    if (problem.isPresent()) {
      throw undecodable(name, problem.get(), null);
    }
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw undecodable(name, "not in a known picture format", null);
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, false);
        checkSize(name, reader);
        return use.of(reader, orientation(reader));
      } finally {
        reader.dispose();
      }
    } catch (InvalidDataException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // Damaged files make decoders throw anything.
      throw undecodable(name, "damaged: " + reason(e), e);
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    try {
      long size = Files.size(file);
      if (size > MAX_FILE_BYTES) {
        throw undecodable(
            file.toString(), size + " bytes, at most " + MAX_FILE_BYTES + " are read", null);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new InvalidDataException(file + ": no such picture", e);
    } catch (InvalidDataException e) {
      throw e;
    } catch (IOException e) {
      throw new InvalidDataException(
          file
              + ": cannot be read ("
              + InvalidDataException.reason(e)
              + "); replace it or leave it"
              + " out",
          e);
    }
  }

  private static void checkSize(String name, ImageReader reader) throws IOException {
    long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
    if (pixels > MAX_PIXELS) {
      throw undecodable(name, pixels + " pixels, at most " + MAX_PIXELS + " are decoded", null);
    }
  }

  /** Metadata may be damaged where the pixels are not. */
  private static int orientation(ImageReader reader) {
    try {
      return Orientation.of(reader.getImageMetadata(0));
    } catch (IOException | RuntimeException e) {
      return 1;
    }
  }

  /** The first line of the innermost message: decoders wrap the one that says something. */
  private static String reason(Throwable e) {
    while (e.getCause() != null) {
      e = e.getCause();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
  }

  private static InvalidDataException undecodable(String name, String reason, Exception cause) {
    return new InvalidDataException(
        name + ": cannot be decoded (" + reason + "); replace it or leave it out", cause);
  }
}
