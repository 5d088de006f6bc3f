package org.residuum.data.decode.gif;

import java.io.IOException;
import java.util.Arrays;
import org.residuum.data.Picture;
import org.residuum.data.decode.reader.Bytes;
import org.residuum.data.decode.reader.PictureHeader;
import org.residuum.data.decode.reader.PictureReader;
import org.residuum.data.decode.reader.Samples;

/**
 * The first frame of a GIF on its canvas. As PIL does it, what the frame leaves free has the
 * transparent colour where there is one, else the first; a frame that stands out widens the canvas.
 *
 * @see <a href="https://www.w3.org/Graphics/GIF/spec-gif89a.txt">GIF 89a</a>
 */
public final class GifReader implements PictureReader {
  private final Bytes file;
  private int canvasWidth;
  private int canvasHeight;
  private byte[] palette;
  private int transparent = -1;
  private int left;
  private int top;
  private int frameWidth;
  private int frameHeight;
  private boolean interlaced;
  private int codesAt;

  private GifReader(Bytes file) {
    this.file = file;
  }

  public static GifReader of(byte[] file) throws IOException {
    GifReader picture = new GifReader(Bytes.littleEndian(file));
    picture.readHeader();
    return picture;
  }

  private void readHeader() throws IOException {
    canvasWidth = file.u16(6);
    canvasHeight = file.u16(8);
    int flags = file.u8(10);
    int at = 13;
    if ((flags & 128) != 0) {
      palette = file.copy(at, 6L << (flags & 7));
      at += palette.length;
    }
    while (true) {
      int block = file.u8(at++);
      if (block == ',') {
        frame(at);
        return;
      }
      if (block == ';') {
        throw new IOException("a GIF without a frame");
      }
      if (block == '!') {
        if (file.u8(at) == 0xf9 && file.u8(at + 1) >= 4) {
          transparent = (file.u8(at + 2) & 1) != 0 ? file.u8(at + 5) : -1;
        }
        at = afterBlocks(at + 1);
      }
    }
  }

  private int afterBlocks(int at) throws IOException {
    int length;
    while ((length = file.u8(at)) > 0) {
      at += 1 + length;
    }
    return at + 1;
  }

  private void frame(int at) throws IOException {
    left = file.u16(at);
    top = file.u16(at + 2);
    frameWidth = file.u16(at + 4);
    frameHeight = file.u16(at + 6);
    int flags = file.u8(at + 8);
    interlaced = (flags & 64) != 0;
    codesAt = at + 9;
    if ((flags & 128) != 0) {
      palette = file.copy(codesAt, 6L << (flags & 7));
      codesAt += palette.length;
    }
    canvasWidth = Math.max(canvasWidth, left + frameWidth);
    canvasHeight = Math.max(canvasHeight, top + frameHeight);
    if (frameWidth == 0 || frameHeight == 0) {
      throw new IOException("a GIF frame of " + frameWidth + " x " + frameHeight + " pixels");
    }
  }

  @Override
  public PictureHeader header() {
    long bytes = 4L * canvasWidth * canvasHeight + (long) frameWidth * frameHeight;
    return new PictureHeader(canvasHeight, canvasWidth, bytes);
  }

  @Override
  public Picture decode() throws IOException {
    byte[] frame = new byte[Math.multiplyExact(frameWidth, frameHeight)];
    GifCodes.of(file, codesAt).decode(frame);
    byte[] canvas = new byte[Math.multiplyExact(canvasWidth, canvasHeight)];
    Arrays.fill(canvas, (byte) Math.max(0, transparent));
    for (int row = 0; row < frameHeight; row++) {
      int y = top + (interlaced ? interlacedRow(row) : row);
      System.arraycopy(frame, row * frameWidth, canvas, y * canvasWidth + left, frameWidth);
    }
    return palette == null
        ? new Picture(canvasHeight, canvasWidth, 1, canvas)
        : Samples.colored(canvasHeight, canvasWidth, canvas, palette);
  }

  /** The place of the stored row: every eighth row, those between, every fourth, second. */
  private int interlacedRow(int row) {
    for (int[] pass : new int[][] {{0, 8}, {4, 8}, {2, 4}, {1, 2}}) {
      int rows = (frameHeight - pass[0] + pass[1] - 1) / pass[1];
      if (row < rows) {
        return pass[0] + row * pass[1];
      }
      row -= rows;
    }
    throw new IllegalArgumentException("row " + row + " of " + frameHeight);
  }
}
