package org.residuum.data.decode.jpeg;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.residuum.data.decode.reader.Bytes;

/**
 * Decodes the usual JPEGs, baseline and progressive with Huffman codes, to the samples of libjpeg,
 * to the bit. Of a window only what it looks at is computed, and at a reduced scale each block
 * becomes fewer samples. Whatever else is met is an {@link UnusualJpegException}; then the JDK's
 * decoder decides what becomes of the file.
 */
final class JpegDecoder {
  private final byte[] file;
  private final Bytes in;
  private final int scale;
  private final long maxCoefficientBytes;
  private final JpegTables tables;
  private int restartInterval;
  private Frame frame;
  private Window window;
  private boolean isYcc;
  private byte[] pixels;
  private boolean isEnded;

  /**
   * @param scale 8 for the whole size, 4, 2 or 1 for as many eighths
   * @param maxCoefficientBytes the most that the coefficients of a picture in several scans take
   */
  JpegDecoder(byte[] file, int scale, long maxCoefficientBytes) {
    this.file = file;
    this.scale = scale;
    this.maxCoefficientBytes = maxCoefficientBytes;
    in = Bytes.bigEndian(file);
    tables = new JpegTables(in);
  }

  /**
   * @param window of the picture at this scale
   * @param isYcc whether the first three components become RGB
   * @return {@code (H, W, components)} of the window
   */
  byte[] decode(Window window, boolean isYcc) throws IOException {
    this.window = window;
    this.isYcc = isYcc;
    try {
      int at = 2;
      while (!isEnded) {
        at = segment(at);
      }
      if (isYcc && frame.components.length == 4) {
        JpegColors.yccToRgb(pixels, 4);
      }
      return pixels;
    } catch (IndexOutOfBoundsException | EOFException e) {
      throw new UnusualJpegException("damaged: " + e.getMessage());
    }
  }

  /** Takes the segment at a marker and returns where the next one is. */
  private int segment(int at) throws IOException {
    int marker = in.u8(at + 1);
    if (in.u8(at) != 0xff || marker == 0xff) {
      throw new UnusualJpegException("bytes between segments");
    }
    if (marker == 0xd9) {
      isEnded = true;
      if (pixels == null) {
        finish();
      }
      return at;
    }
    int length = in.u16(at + 2);
    if (length < 2) {
      throw new UnusualJpegException("a segment of " + length + " bytes");
    }
    in.require(at + 2, length);
    int from = at + 4;
    int to = at + 2 + length;
    switch (marker) {
      case 0xdb -> tables.quantisation(from, to);
      case 0xc4 -> tables.huffman(from, to);
      case 0xdd -> {
        restartInterval = in.u16(from);
        JpegTables.requireEnd(from + 2, to);
      }
      case 0xc0, 0xc1, 0xc2 -> frame(marker, from, to);
      case 0xda -> {
        return scan(from, to);
      }
      default -> {
        if ((marker < 0xe0 || marker > 0xef) && marker != 0xfe) {
          throw new UnusualJpegException("marker " + marker);
        }
      }
    }
    return to;
  }

  private void frame(int marker, int from, int to) throws IOException {
    Bytes data = Bytes.bigEndian(in.copy(from, to - from));
    if (frame != null || data.u8(0) != 8 || data.length() != 6 + 3 * data.u8(5)) {
      throw new UnusualJpegException("a frame header");
    }
    frame = new Frame(data, marker == 0xc2, scale);
    for (Component component : frame.components) {
      component.look(window);
    }
  }

  private int scan(int from, int to) throws IOException {
    int count = in.u8(from);
    if (frame == null || pixels != null || count < 1 || count > 4 || to - from != 4 + 2 * count) {
      throw new UnusualJpegException("a scan header");
    }
    Component[] components = new Component[count];
    for (int i = 0; i < count; i++) {
      components[i] = scanned(in.u8(from + 1 + 2 * i), in.u8(from + 2 + 2 * i));
      if (Arrays.asList(components).indexOf(components[i]) < i) {
        throw new UnusualJpegException("a component twice in a scan");
      }
    }
    EntropyData data = EntropyData.of(file, to);
    int[] header = {in.u8(to - 3), in.u8(to - 2), in.u8(to - 1)};
    if (frame.isProgressive) {
      frame.storeCoefficients(maxCoefficientBytes);
      JpegTables.require(components, header[0] == 0 && header[2] >> 4 == 0, header[0] > 0);
      new ProgressiveScan(frame, components, data, restartInterval, header).all();
    } else {
      JpegTables.require(components, true, true);
      boolean isWhole = count == frame.components.length;
      if (isWhole) {
        direct(components, data);
      } else {
        kept(components, data);
      }
    }
    return data.next;
  }

  private void kept(Component[] components, EntropyData data) throws UnusualJpegException {
    frame.storeCoefficients(maxCoefficientBytes);
    for (Component component : components) {
      if (component.missingBits[0] == 0) {
        throw new UnusualJpegException("a component in two scans");
      }
      Arrays.fill(component.missingBits, 0);
    }
    new SequentialScan(frame, components, data, restartInterval, null).all();
  }

  private Component scanned(int id, int chosen) throws UnusualJpegException {
    for (Component component : frame.components) {
      if (component.id == id) {
        tables.choose(component, chosen);
        return component;
      }
    }
    throw new UnusualJpegException("a scan of an unknown component");
  }

  /** Samples and pixels follow the data, a row of MCUs after the other. */
  private void direct(Component[] components, EntropyData data) throws UnusualJpegException {
    PixelRows rows = rows();
    Scan scan = new SequentialScan(frame, components, data, restartInterval, new BlockSamples());
    for (int row = 0; row < scan.rows(); row++) {
      scan.row(row);
      rows.after(row + 1);
    }
    scan.bits.end();
  }

  private PixelRows rows() {
    int count = Math.multiplyExact(window.width(), frame.components.length);
    pixels = new byte[Math.multiplyExact(window.height(), count)];
    return new PixelRows(frame, window, isYcc, pixels);
  }

  /** Makes pixels of the coefficients of all scans. */
  private void finish() throws UnusualJpegException {
    if (frame == null) {
      throw new UnusualJpegException("no frame");
    }
    for (Component component : frame.components) {
      if (component.quant == null) {
        throw new UnusualJpegException("a component without a scan");
      }
      for (int i = 0; i < 10; i++) {
        if (component.missingBits[i] != 0) { // libjpeg would smooth what is not sent to its end.
          throw new UnusualJpegException("coefficients are missing");
        }
      }
    }
    BlockSamples samples = new BlockSamples();
    PixelRows rows = rows();
    for (int row = 0; row < frame.mcusHigh; row++) {
      samples.putKept(frame, row);
      rows.after(row + 1);
    }
  }
}
