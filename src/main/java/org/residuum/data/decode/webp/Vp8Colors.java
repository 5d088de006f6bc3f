package org.residuum.data.decode.webp;

/** From Y and halved U and V to RGB as libwebp: chroma mixed 9 : 3 : 3 : 1, BT.601. */
final class Vp8Colors {
  private final Vp8Frame frame;
  private final byte[] out;
  private final int width;

  private Vp8Colors(Vp8Frame frame) {
    this.frame = frame;
    width = frame.header.width;
    out = new byte[Math.multiplyExact(3, Math.multiplyExact(width, frame.header.height))];
  }

  /** {@code (H, W, 3)} of a decoded frame. */
  static byte[] rgb(Vp8Frame frame) {
    Vp8Colors colors = new Vp8Colors(frame);
    int lastChroma = (frame.header.height - 1) / 2;
    for (int y = 0; y < frame.header.height; y++) {
      // Odd rows lie above the middle between two rows of chroma, even ones below.
      int near = y / 2;
      int far = y % 2 == 0 ? Math.max(0, near - 1) : Math.min(lastChroma, near + 1);
      colors.row(y, near, far);
    }
    return colors.out;
  }

  private void row(int y, int near, int far) {
    int nearAt = frame.u.place(near, 0);
    int farAt = frame.u.place(far, 0);
    byte[] u = frame.u.pixels;
    byte[] v = frame.v.pixels;
    int lumaAt = frame.luma.place(y, 0);
    int lastChroma = (width - 1) / 2;
    for (int x = 0, to = 3 * y * width; x < width; x++, to += 3) {
      int own = x / 2;
      int other = x % 2 == 0 ? Math.max(0, own - 1) : Math.min(lastChroma, own + 1);
      boolean atEnd = own == other;
      int cb = mixed(u, nearAt + own, nearAt + other, farAt + own, farAt + other, atEnd);
      int cr = mixed(v, nearAt + own, nearAt + other, farAt + own, farAt + other, atEnd);
      put(frame.luma.pixels[lumaAt + x] & 255, cb, cr, to);
    }
  }

  /** Of the four neighbours; at the ends of a row of the two above each other. */
  private static int mixed(byte[] plane, int own, int beside, int over, int across, boolean atEnd) {
    int a = plane[own] & 255;
    int c = plane[over] & 255;
    if (atEnd) {
      return (3 * a + c + 2) >> 2;
    }
    int b = plane[beside] & 255;
    int d = plane[across] & 255;
    // The mean of the diagonal that is nearer to the two in the middle, then with the own one.
    int diagonal = (a + b + c + d + 8 + 2 * (b + c)) >> 3;
    return (diagonal + a) >> 1;
  }

  private void put(int luma, int u, int v, int to) {
    int y = (luma * 19077) >> 8;
    out[to] = eightBits(y + ((v * 26149) >> 8) - 14234);
    out[to + 1] = eightBits(y - ((u * 6419) >> 8) - ((v * 13320) >> 8) + 8708);
    out[to + 2] = eightBits(y + ((u * 33050) >> 8) - 17685);
  }

  /** From 6 bits of fraction. */
  private static byte eightBits(int value) {
    return (byte) Vp8Plane.clamp(value >> 6);
  }
}
