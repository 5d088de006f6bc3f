package org.residuum.data.decode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Picture;
import org.residuum.data.PictureOptions;
import org.residuum.data.decode.reader.PictureHeader;
import org.residuum.data.decode.reader.PictureReader;
import org.residuum.data.decode.reader.PictureView;
import org.residuum.data.decode.reader.RefusedPictureException;
import org.residuum.data.prepare.Fitting;
import org.residuum.data.prepare.PicturePart;

/**
 * Decodes picture files; see {@link Picture#read}. Sizes are compared with the limits before the
 * pixels are decoded. Whatever a damaged or huge file makes a decoder throw becomes an {@link
 * InvalidDataException}, so that it is the failure of one picture.
 */
public final class PictureDecoder {
  /** The most bytes of a picture file. */
  public static final int MAX_FILE_BYTES = 1 << 28;

  private static final int MAX_SIDE = 1 << 20;
  private static final String REPLACE = "replace it or leave it out";
  public static final String MORE_HEAP = "give the JVM more heap (-Xmx), or leave it out";

  private PictureDecoder() {}

  /** The height and width that {@link #read} will give, from the file's header alone. */
  public static int[] size(Path file) throws IOException {
    return guarded(
        file.toString(),
        () -> {
          PictureHeader header = PictureFormat.open(bytes(file)).header();
          boolean swap = Orientation.swapsSides(header.orientation());
          return swap
              ? new int[] {header.width(), header.height()}
              : new int[] {header.height(), header.width()};
        });
  }

  public static Picture read(Path file, PictureOptions options) throws IOException {
    return guarded(file.toString(), () -> decode(bytes(file), options, null).pixels());
  }

  /**
   * Decodes the bytes of a file.
   *
   * @param name of the picture, for errors
   */
  public static Picture read(String name, byte[] bytes, PictureOptions options) throws IOException {
    return guarded(name, () -> decode(bytes, options, null).pixels());
  }

  /** The bytes of a file, for {@link #part}. */
  public static byte[] readBytes(Path file) throws IOException {
    return guarded(file.toString(), () -> bytes(file));
  }

  /**
   * Decodes at least what the rule looks at.
   *
   * @param name of the picture, for errors
   */
  public static PicturePart part(
      String name, byte[] bytes, PictureOptions options, Fitting.Rule rule) throws IOException {
    boolean mayReduce = options.detail() == PictureOptions.Detail.FAST;
    return guarded(name, () -> decode(bytes, options, new PictureView(rule, mayReduce)));
  }

  /** Turns everything that one picture may cause into an exception that names it. */
  static <T> T guarded(String name, DecodingHeap.Use<T> use) throws InvalidDataException {
    try {
      return use.run();
    } catch (InvalidDataException e) {
      throw e;
    } catch (RefusedPictureException e) {
      throw undecodable(name, e.getMessage(), e.remedy(), e);
    } catch (OutOfMemoryError e) {
      throw undecodable(name, "the heap is full: " + reason(e), MORE_HEAP, e);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw undecodable(name, "damaged: " + reason(e), REPLACE, e);
    }
  }

  /**
   * @param view null for the whole picture
   */
  private static PicturePart decode(byte[] bytes, PictureOptions options, PictureView view)
      throws IOException {
    if (bytes.length == 0) {
      throw new RefusedPictureException("the file is empty", REPLACE);
    }
    PictureReader reader = PictureFormat.open(bytes);
    PictureHeader header = reader.header();
    long pixels = checkedPixels(header, options);
    int orientation = header.orientation();
    boolean copied = orientation > 1 || options.colorProfile() == PictureOptions.ColorProfile.APPLY;
    return DecodingHeap.SHARED.with(
        header.decodingBytes() + (copied ? 3 * pixels : 0),
        () -> {
          PicturePart part =
              view == null
                  ? PicturePart.whole(reader.decode())
                  : reader.decode(Orientation.stored(view, orientation));
          if (options.colorProfile() == PictureOptions.ColorProfile.APPLY) {
            part = converted(part, reader.colorProfile().orElse(null));
          }
          return Orientation.upright(part, orientation);
        });
  }

  private static PicturePart converted(PicturePart part, byte[] profile) throws IOException {
    return profile == null
        ? part
        : new PicturePart(
            part.height(),
            part.width(),
            part.top(),
            part.left(),
            SrgbConversion.of(part.pixels(), profile));
  }

  private static long checkedPixels(PictureHeader header, PictureOptions options)
      throws IOException {
    long pixels = (long) header.width() * header.height();
    String size = header.width() + " x " + header.height();
    if (header.width() < 1 || header.height() < 1) {
      throw new IOException(size + " pixels");
    }
    if (pixels > options.maxPixels()) {
      throw new RefusedPictureException(
          size + " = " + pixels + " pixels, at most " + options.maxPixels() + " are decoded",
          "make it smaller, or raise the limit (--max-pixels, or PictureOptions in code)");
    }
    if (Math.max(header.width(), header.height()) > MAX_SIDE) {
      throw new RefusedPictureException(
          size + " pixels; a side may have at most " + MAX_SIDE, "make it smaller");
    }
    return pixels;
  }

  /**
   * The bytes of a picture file.
   *
   * @throws InvalidDataException if it cannot be read, or is too long to be a picture
   */
  public static byte[] bytes(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (attributes.isOther()) {
        throw new InvalidDataException(
            file + ": a pipe or device; write the picture into a file, or leave it out");
      }
      long size = attributes.size();
      if (size > MAX_FILE_BYTES) {
        throw tooLong(file.toString(), size);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new InvalidDataException(file + ": no such picture", e);
    } catch (InvalidDataException e) {
      throw e;
    } catch (IOException e) {
      throw new InvalidDataException(
          "%s: cannot be read (%s); replace it or leave it out"
              .formatted(file, InvalidDataException.reason(e)),
          e);
    }
  }

  /** Of a file that has more bytes than a picture may. */
  public static InvalidDataException tooLong(String name, long bytes) {
    return undecodable(
        name, bytes + " bytes, at most " + MAX_FILE_BYTES + " are read", REPLACE, null);
  }

  /** The first line of the innermost message: decoders wrap the one that says something. */
  private static String reason(Throwable e) {
    while (e.getCause() != null) {
      e = e.getCause();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
  }

  private static InvalidDataException undecodable(
      String name, String reason, String remedy, Throwable cause) {
    return new InvalidDataException(
        name + ": cannot be decoded (" + shown(reason) + "); " + remedy, cause);
  }

  /** Names of chunks come from the file: their control characters are shown, not sent. */
  private static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    for (char c : text.toCharArray()) {
      shown.append(Character.isISOControl(c) ? String.format("\\x%02x", (int) c) : c);
    }
    return shown.toString();
  }
}
