package org.residuum.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.residuum.data.decode.PictureDecoder;
import org.residuum.data.prepare.Fitting;
import org.residuum.data.prepare.PicturePart;
import org.residuum.data.prepare.Pixels;
import org.residuum.data.prepare.Resampling;
import org.residuum.data.source.scan.PictureScan;
import org.residuum.network.Shape;

/**
 * A decoded picture, 8 bits a channel.
 *
 * @param height pixels
 * @param width pixels
 * @param channels 1 (grey) or 3 (RGB)
 * @param pixels {@code (H, W, C)}, unsigned; not copied
 */
public record Picture(int height, int width, int channels, byte[] pixels) {
  public Picture {
    if (height < 1 || width < 1 || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException(
          "a picture of %s x %s pixels with %s channels: sides must be positive, channels 1 or 3"
              .formatted(height, width, channels));
    }
    if (pixels.length != Shape.of(height, width, channels).elements()) {
      throw new IllegalArgumentException(
          pixels.length + " bytes for a picture of " + height + " x " + width + " x " + channels);
    }
  }

  /**
   * Decodes a file as PIL's {@code convert("RGB")} does, upright by its EXIF orientation: alpha is
   * dropped, 16-bit channels give their high byte, colour profiles are ignored. The content tells
   * the format: JPEG, PNG, WebP, GIF (first frame), BMP, TIFF (first page), PBM, PGM, PPM, WBMP.
   *
   * @throws InvalidDataException if it cannot be decoded; the message names the file and the reason
   */
  public static Picture read(Path file) throws IOException {
    return read(file, PictureOptions.DEFAULTS);
  }

  /** The same with other options. */
  public static Picture read(Path file, PictureOptions options) throws IOException {
    return PictureDecoder.read(file, options);
  }

  /**
   * Decodes the bytes of a picture file, an upload for example, as {@link #read} does.
   *
   * @param name of the picture, for errors
   * @throws InvalidDataException if it cannot be decoded, for whatever reason: damage, a format
   *     that is not read, more pixels than the limit or the heap allows
   */
  public static Picture decode(String name, byte[] file) throws IOException {
    return decode(name, file, PictureOptions.DEFAULTS);
  }

  /** The same with other options. */
  public static Picture decode(String name, byte[] file, PictureOptions options)
      throws IOException {
    return PictureDecoder.read(name, file, options);
  }

  /** A picture that is decoded already, without its alpha, with 16-bit channels cut to 8. */
  public static Picture of(BufferedImage image) {
    return Pixels.of(image);
  }

  /**
   * The picture files in a folder and below it, sorted; or the one file given. {@link PictureScan}
   * tells what was left out, too.
   *
   * @throws InvalidDataException if there is none, or a folder cannot be read
   */
  public static List<Path> find(Path folderOrFile) throws IOException {
    return PictureScan.of(List.of(folderOrFile)).requireReadable().pictures();
  }

  /** The bilinear resize of PIL and torchvision, with antialiasing; see {@link Resampling}. */
  public Picture resized(int newHeight, int newWidth) {
    return resized(newHeight, newWidth, Resize.Filter.BILINEAR);
  }

  /** PIL's resize with any of its filters; all but the nearest pixel's antialias. */
  public Picture resized(int newHeight, int newWidth, Resize.Filter filter) {
    return Resampling.resize(this, newHeight, newWidth, filter);
  }

  /** Resized so that the shorter side has this length, the longer rounded down, as torchvision. */
  public Picture shorterSide(int side) {
    long[] size = sizeWithShorterSide(side);
    return resized(Math.toIntExact(size[0]), Math.toIntExact(size[1]));
  }

  /** Height and width; the longer side of a thin picture may exceed what an array holds. */
  long[] sizeWithShorterSide(int side) {
    return sizeWithShorterSide(height, width, side);
  }

  static long[] sizeWithShorterSide(int height, int width, int side) {
    long longer = (long) side * Math.max(height, width) / Math.min(height, width);
    return height < width ? new long[] {side, longer} : new long[] {longer, side};
  }

  /** The middle of the picture, with black around where it is too small, as torchvision. */
  public Picture centerCrop(int newHeight, int newWidth) {
    return fitted(height, width, newHeight, newWidth, Resize.none());
  }

  /**
   * The same pixels as {@code resized(tall, wide).centerCrop(newHeight, newWidth)}, of which only
   * those of the crop are computed: resizing 1 × 8000 pixels to a shorter side of 256 would give
   * 512 million.
   *
   * @param how gives the filter and the colour around a picture that is too small
   */
  Picture fitted(long tall, long wide, int newHeight, int newWidth, Resize how) {
    return Fitting.centre(tall, wide, newHeight, newWidth, how.filter())
        .of(PicturePart.whole(this))
        .within(newHeight, newWidth, how);
  }

  /** With a border where it is smaller than this. */
  Picture within(int newHeight, int newWidth, Resize how) {
    if (height == newHeight && width == newWidth) {
      return this;
    }
    return how.fill() == 0
        ? padded(newHeight, newWidth, new byte[channels])
        : withChannels(3).padded(newHeight, newWidth, rgb(how.fill()));
  }

  /** Where the picture is smaller, torchvision pads floor(difference / 2) before. */
  private Picture padded(int newHeight, int newWidth, byte[] color) {
    int top = (newHeight - height) / 2;
    int left = (newWidth - width) / 2;
    byte[] out = new byte[Shape.of(newHeight, newWidth, channels).elements()];
    for (int i = 0; i < out.length; i++) {
      out[i] = color[i % channels];
    }
    int stride = width * channels;
    for (int y = 0; y < height; y++) {
      int at = ((y + top) * newWidth + left) * channels;
      System.arraycopy(pixels, y * stride, out, at, stride);
    }
    return new Picture(newHeight, newWidth, channels, out);
  }

  private static byte[] rgb(int color) {
    return new byte[] {(byte) (color >> 16), (byte) (color >> 8), (byte) color};
  }

  /** Grey from RGB by PIL's weights (ITU-R 601, 299 : 587 : 114), or RGB from grey. */
  public Picture withChannels(int newChannels) {
    if (newChannels == channels) {
      return this;
    }
    byte[] out = new byte[Shape.of(height, width, newChannels).elements()];
    for (int i = 0; i < height * width; i++) {
      if (newChannels == 1) {
        out[i] = grey(pixels[3 * i] & 255, pixels[3 * i + 1] & 255, pixels[3 * i + 2] & 255);
      } else {
        out[3 * i] = out[3 * i + 1] = out[3 * i + 2] = pixels[i];
      }
    }
    return new Picture(height, width, newChannels, out);
  }

  /** With red and blue exchanged; a grey one is the same. */
  Picture reversed() {
    byte[] out = pixels.clone();
    for (int i = 0; channels == 3 && i < out.length; i += 3) {
      out[i] = pixels[i + 2];
      out[i + 2] = pixels[i];
    }
    return new Picture(height, width, channels, out);
  }

  private static byte grey(int red, int green, int blue) {
    return (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
  }

  Picture requireSize(int expectedHeight, int expectedWidth) {
    if (height != expectedHeight || width != expectedWidth) {
      throw new IllegalArgumentException(
          ("a picture of %s x %s pixels for an input of %s x %s without resizing;"
                  + " use Resize.squash() or crop()")
              .formatted(height, width, expectedHeight, expectedWidth));
    }
    return this;
  }
}
