package org.residuum.data.decode.webp;

import com.twelvemonkeys.imageio.plugins.webp.lossless.VP8LDecoder;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Optional;
import org.residuum.data.Picture;
import org.residuum.data.decode.reader.Bytes;
import org.residuum.data.decode.reader.Exif;
import org.residuum.data.decode.reader.PictureHeader;
import org.residuum.data.decode.reader.PictureReader;

/**
 * WebP, lossy and lossless; of an animation the first frame on a black canvas, as PIL. Alpha is not
 * even read.
 *
 * @see <a href="https://developers.google.com/speed/webp/docs/riff_container">WebP container</a>
 */
public final class WebpReader implements PictureReader {
  private static final int FIRST_CHUNK = 12;
  private static final int FRAME_HEADER = 16;

  /** Bytes from the one in use that the lossless decoder holds; it would not tell the end. */
  private static final int LOOK_AHEAD = 8;

  private final Bytes file;
  private int canvasWidth;
  private int canvasHeight;
  private int left;
  private int top;
  private boolean isLossless;
  private int dataAt = -1;
  private int dataBytes;
  private int frameWidth;
  private int frameHeight;
  private byte[] exif;
  private byte[] profile;

  private WebpReader(Bytes file) {
    this.file = file;
  }

  public static WebpReader of(byte[] bytes) throws IOException {
    WebpReader picture = new WebpReader(Bytes.littleEndian(bytes));
    picture.readContainer();
    return picture;
  }

  private void readContainer() throws IOException {
    long end = 8 + file.u32(4);
    if (end > file.length()) {
      throw new EOFException(
          "a WebP of " + end + " bytes, of which " + file.length() + " are there: cut short");
    }
    readChunks(FIRST_CHUNK, (int) end);
    if (dataAt < 0) {
      throw new IOException("a WebP without pixels");
    }
    if (canvasWidth == 0) {
      canvasWidth = frameWidth;
      canvasHeight = frameHeight;
    }
    if (left + frameWidth > canvasWidth || top + frameHeight > canvasHeight) {
      throw new IOException("a WebP whose frame stands out of its canvas");
    }
  }

  private void readChunks(int from, int end) throws IOException {
    for (long at = from; at + 8 <= end; ) {
      String type = file.text(at, 4);
      long length = file.u32(at + 4);
      if (at + 8 + length > end) {
        throw new EOFException("a WebP that ends inside its chunk " + type + ": cut short");
      }
      chunk(type, (int) at + 8, (int) length);
      at += 8 + length + (length & 1);
    }
  }

  private void chunk(String type, int at, int length) throws IOException {
    switch (type) {
      case "VP8X" -> {
        canvasWidth = 1 + file.u24(at + 4);
        canvasHeight = 1 + file.u24(at + 7);
      }
      case "ANMF" -> {
        if (dataAt < 0) {
          left = 2 * file.u24(at);
          top = 2 * file.u24(at + 3);
          readChunks(at + FRAME_HEADER, at + length);
        }
      }
      case "VP8 ", "VP8L" -> {
        if (dataAt < 0) {
          isLossless = type.equals("VP8L");
          dataAt = at;
          dataBytes = length;
          readSize();
        }
      }
      case "EXIF" -> exif = file.copy(at, length);
      case "ICCP" -> profile = file.copy(at, length);
      default -> {} // Alpha, XMP, what later versions add.
    }
  }

  private void readSize() throws IOException {
    if (isLossless) {
      if (file.u8(dataAt) != 0x2f) {
        throw new IOException("a WebP whose pixels begin without their signature");
      }
      int sizes = file.i32(dataAt + 1);
      frameWidth = 1 + (sizes & 0x3fff);
      frameHeight = 1 + (sizes >> 14 & 0x3fff);
    } else {
      if (file.u24(dataAt + 3) != 0x2a019d) {
        throw new IOException("a WebP whose pixels begin without their signature");
      }
      frameWidth = file.u16(dataAt + 6) & 0x3fff;
      frameHeight = file.u16(dataAt + 8) & 0x3fff;
    }
  }

  @Override
  public PictureHeader header() {
    long bytes = 3L * canvasWidth * canvasHeight + 9L * frameWidth * frameHeight;
    int orientation = exif == null ? 1 : Math.max(1, Exif.orientation(exif));
    return new PictureHeader(canvasHeight, canvasWidth, bytes, orientation);
  }

  @Override
  public Picture decode() throws IOException {
    byte[] frame = isLossless ? lossless() : lossy();
    if (frameWidth == canvasWidth && frameHeight == canvasHeight) {
      return new Picture(canvasHeight, canvasWidth, 3, frame);
    }
    byte[] out = new byte[Math.multiplyExact(3, canvasWidth * canvasHeight)];
    for (int y = 0; y < frameHeight; y++) {
      int at = 3 * ((top + y) * canvasWidth + left);
      System.arraycopy(frame, 3 * y * frameWidth, out, at, 3 * frameWidth);
    }
    return new Picture(canvasHeight, canvasWidth, 3, out);
  }

  private byte[] lossy() throws IOException {
    Vp8Frame frame = new Vp8Frame(new Vp8Header(file, dataAt, dataAt + dataBytes));
    frame.decode();
    return Vp8Colors.rgb(frame);
  }

  private byte[] lossless() throws IOException {
    byte[] rgba = new byte[Math.multiplyExact(4, frameWidth * frameHeight)];
    WritableRaster raster =
        Raster.createInterleavedRaster(
            new DataBufferByte(rgba, rgba.length),
            frameWidth,
            frameHeight,
            4 * frameWidth,
            4,
            new int[] {0, 1, 2, 3},
            null);
    try (Bytes.Input in = new Bytes.Input(file.copy(dataAt, dataBytes), LOOK_AHEAD)) {
      in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
      new VP8LDecoder(in, false).readVP8Lossless(raster, true, null, frameWidth, frameHeight);
    }
    byte[] rgb = new byte[rgba.length / 4 * 3];
    for (int from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
      rgb[to] = rgba[from];
      rgb[to + 1] = rgba[from + 1];
      rgb[to + 2] = rgba[from + 2];
    }
    return rgb;
  }

  @Override
  public Optional<byte[]> colorProfile() {
    return Optional.ofNullable(profile);
  }
}
