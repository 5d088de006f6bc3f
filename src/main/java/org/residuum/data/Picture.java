package org.residuum.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
          "a picture of "
              + height
              + " x "
              + width
              + " pixels with "
              + channels
              + " channels: sides must be positive, channels 1 or 3");
    }
    if (pixels.length != Shape.of(height, width, channels).elements()) {
      throw new IllegalArgumentException(
          pixels.length + " bytes for a picture of " + height + " x " + width + " x " + channels);
    }
  }

  /**
   * Decodes a file, upright by its EXIF orientation, with alpha laid on white and 16-bit channels
   * rounded to 8.
   *
   * @throws InvalidDataException if it cannot be decoded; the message names the file and the reason
   */
  public static Picture read(Path file) throws IOException {
    return PictureDecoder.read(file);
  }

  /**
   * Decodes the bytes of a picture file, an upload for example, as {@link #read} does.
   *
   * @param name of the picture, for errors
   * @throws InvalidDataException if it cannot be decoded
   */
  public static Picture decode(String name, byte[] file) throws IOException {
    return PictureDecoder.read(name, file);
  }

  /** A picture that is decoded already, with alpha laid on white and 16-bit channels rounded. */
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

  /** The bilinear resize of PIL and torchvision, with antialiasing; see {@link Bilinear}. */
  public Picture resized(int newHeight, int newWidth) {
    return Bilinear.resize(this, newHeight, newWidth);
  }

  /** Resized so that the shorter side has this length, the longer rounded down, as torchvision. */
  public Picture shorterSide(int side) {
    long shorter = Math.min(height, width);
    int longer = Math.toIntExact((long) side * Math.max(height, width) / shorter);
    return height < width ? resized(side, longer) : resized(longer, side);
  }

  /** The middle of the picture, with black around where it is too small, as torchvision. */
  public Picture centerCrop(int newHeight, int newWidth) {
    if (newHeight == height && newWidth == width) {
      return this;
    }
    // Where the picture is smaller, torchvision pads floor(difference / 2) before.
    int top = newHeight > height ? -((newHeight - height) / 2) : half(height - newHeight);
    int left = newWidth > width ? -((newWidth - width) / 2) : half(width - newWidth);
    byte[] out = new byte[Shape.of(newHeight, newWidth, channels).elements()];
    int from = Math.max(0, left);
    int columns = Math.min(width, left + newWidth) - from;
    for (int y = Math.max(0, top); y < Math.min(height, top + newHeight); y++) {
      int at = ((y - top) * newWidth + from - left) * channels;
      System.arraycopy(pixels, (y * width + from) * channels, out, at, columns * channels);
    }
    return new Picture(newHeight, newWidth, channels, out);
  }

  /** Python's round: to the nearest, halves to even. */
  private static int half(int difference) {
    return (int) Math.rint(difference / 2.0);
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

  private static byte grey(int red, int green, int blue) {
    return (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
  }

  Picture requireSize(int expectedHeight, int expectedWidth) {
    if (height != expectedHeight || width != expectedWidth) {
      throw new IllegalArgumentException(
          "a picture of "
              + height
              + " x "
              + width
              + " pixels for an input of "
              + expectedHeight
              + " x "
              + expectedWidth
              + " without resizing; use Resize.squash() or crop()");
    }
    return this;
  }
}
