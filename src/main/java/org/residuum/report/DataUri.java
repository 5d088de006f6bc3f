package org.residuum.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Pictures as text for an HTML page. */
final class DataUri {
  private DataUri() {}

  static String png(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(image, "png", bytes)) {
      throw new IOException("this Java has no PNG writer");
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /**
   * A PNG of raw pixels.
   *
   * @param pixels (H, W, C), unsigned, 1 channel (grey) or 3 (RGB)
   * @param maxValue the byte that means full intensity
   */
  static String png(byte[] pixels, int height, int width, int channels, int maxValue)
      throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < height * width; i++) {
      int red = scaled(pixels[i * channels], maxValue);
      int green = channels == 1 ? red : scaled(pixels[i * channels + 1], maxValue);
      int blue = channels == 1 ? red : scaled(pixels[i * channels + 2], maxValue);
      image.setRGB(i % width, i / width, red << 16 | green << 8 | blue);
    }
    return png(image);
  }

  private static int scaled(byte value, int maxValue) {
    return Math.min(255, (value & 255) * 255 / maxValue);
  }
}
