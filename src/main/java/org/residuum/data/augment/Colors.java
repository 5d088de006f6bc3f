package org.residuum.data.augment;

/** Changes that need all colours of a pixel: PIL's, to the bit. Grey pictures stay as they are. */
final class Colors {
  private static final int WHITE = 255;

  private Colors() {}

  /** ITU-R 601, as {@link org.residuum.data.Picture#withChannels}. */
  static int grey(byte[] pixels, int at) {
    int red = pixels[at] & 255;
    int green = pixels[at + 1] & 255;
    int blue = pixels[at + 2] & 255;
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }

  /** Blends with its grey. */
  static void saturation(Canvas canvas, double factor) {
    if (canvas.channels != 3) {
      return;
    }
    byte[] pixels = canvas.pixels;
    float share = (float) factor;
    for (int i = 0; i < pixels.length; i += 3) {
      int grey = grey(pixels, i);
      for (int c = 0; c < 3; c++) {
        pixels[i + c] = (byte) Tones.blend(grey, pixels[i + c] & 255, share);
      }
    }
  }

  /**
   * Turns the hue: through PIL's HSV, whose hue, saturation and value are bytes.
   *
   * @param turn share of the circle, -0.5 to 0.5
   */
  static void hue(Canvas canvas, double turn) {
    if (canvas.channels != 3) {
      return;
    }
    byte[] pixels = canvas.pixels;
    int steps = (int) (turn * WHITE) & 255;
    for (int i = 0; i < pixels.length; i += 3) {
      int red = pixels[i] & 255;
      int green = pixels[i + 1] & 255;
      int blue = pixels[i + 2] & 255;
      int value = Math.max(red, Math.max(green, blue));
      int range = value - Math.min(red, Math.min(green, blue));
      if (range > 0) { // Greys stay as they are.
        int saturation = (int) ((float) range / value * 255.0);
        putRgb(pixels, i, (hue(red, green, blue, value, range) + steps) & 255, saturation, value);
      }
    }
  }

  /** 0 to 255 around the circle of red, yellow, green, cyan, blue, magenta. */
  private static int hue(int red, int green, int blue, int value, int range) {
    float fromRed = (float) (value - red) / range;
    float fromGreen = (float) (value - green) / range;
    float fromBlue = (float) (value - blue) / range;
    float sixths;
    if (red == value) {
      sixths = fromBlue - fromGreen;
    } else if (green == value) {
      sixths = (float) (2.0 + fromRed - fromBlue);
    } else {
      sixths = (float) (4.0 + fromGreen - fromRed);
    }
    double turned = sixths / 6.0 + 1.0;
    float circle = (float) (turned >= 1 ? turned - 1 : turned);
    return (int) (circle * 255.0);
  }

  private static void putRgb(byte[] pixels, int at, int hue, int saturation, int value) {
    if (saturation == 0) {
      put(pixels, at, value, value, value);
      return;
    }
    int sector = hue * 6 / WHITE;
    float rest = (float) ((float) hue * 6.0 / 255.0 - sector);
    float share = (float) (saturation / 255.0);
    int low = round(value * (1.0 - share));
    int falling = round(value * (1.0 - share * rest));
    int rising = round(value * (1.0 - share * (1.0 - rest)));
    switch (sector % 6) {
      case 0 -> put(pixels, at, value, rising, low);
      case 1 -> put(pixels, at, falling, value, low);
      case 2 -> put(pixels, at, low, value, rising);
      case 3 -> put(pixels, at, low, falling, value);
      case 4 -> put(pixels, at, rising, low, value);
      default -> put(pixels, at, value, low, falling);
    }
  }

  private static int round(double level) {
    return (int) (level + 0.5);
  }

  private static void put(byte[] pixels, int at, int red, int green, int blue) {
    pixels[at] = (byte) red;
    pixels[at + 1] = (byte) green;
    pixels[at + 2] = (byte) blue;
  }
}
