package org.residuum.data.decode.tiff;

import java.io.IOException;
import org.residuum.data.decode.reader.Lzw;
import org.residuum.data.decode.reader.RefusedPictureException;

/** LZW as in TIFF 6.0, section 13: high bits first, codes widen one early. */
final class TiffLzw extends Lzw {
  private static final int CLEAR = 256;

  private final byte[] raw;
  private long bit;

  private TiffLzw(byte[] raw) {
    super(CLEAR);
    this.raw = raw;
  }

  static TiffLzw of(byte[] raw) throws IOException {
    if (raw.length > 1 && raw[0] == 0 && (raw[1] & 1) == 1) {
      throw RefusedPictureException.tiffWith("LZW in the bit order of before 1992");
    }
    return new TiffLzw(raw);
  }

  @Override
  protected int code(int next) throws IOException {
    int bits = next < 511 ? 9 : next < 1023 ? 10 : next < 2047 ? 11 : 12;
    int code = 0;
    if (bit + bits > 8L * raw.length) {
      throw cut();
    }
    for (int left = bits; left > 0; ) {
      int offset = (int) (bit & 7);
      int take = Math.min(left, 8 - offset);
      int part = (raw[(int) (bit >> 3)] & 255) >> (8 - offset - take) & ((1 << take) - 1);
      code = code << take | part;
      bit += take;
      left -= take;
    }
    return code;
  }

  @Override
  protected IOException cut() {
    return TiffSegments.cut();
  }

  @Override
  protected IOException undefined() {
    return new IOException("a TIFF with an LZW code that was not defined");
  }
}
