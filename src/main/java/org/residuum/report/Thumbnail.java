package org.residuum.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.residuum.data.ImageDataset;
import org.residuum.data.Picture;
import org.residuum.network.Shape;

/** Small pictures as text for an HTML page: PNG up to 40 pixels, JPEG of 112 pixels above that. */
final class Thumbnail {
  private static final int FINE = 40;
  private static final int SIDE = 112;
  private static final float QUALITY = 0.85f;

  private Thumbnail() {}

  /** A picture of a data set as an {@code img} element. */
  static String html(ImageDataset images, int index) throws IOException {
    Shape shape = images.exampleShape();
    byte[] pixels = new byte[shape.elements()];
    images.read(index, pixels);
    for (int i = 0; images.maxValue() != 255 && i < pixels.length; i++) {
      pixels[i] = (byte) Math.min(255, (pixels[i] & 255) * 255 / images.maxValue());
    }
    return html(new Picture(shape.extent(1), shape.extent(2), shape.extent(0), pixels));
  }

  /** Any picture as an {@code img} element. */
  static String html(Picture picture) throws IOException {
    int side = Math.max(picture.height(), picture.width());
    Picture shown =
        side <= SIDE
            ? picture
            : picture.resized(
                Math.max(1, picture.height() * SIDE / side),
                Math.max(1, picture.width() * SIDE / side));
    boolean fine = side <= FINE;
    return "<img"
        + (fine ? " class=\"fine\"" : "")
        + " alt=\"\" width=\"%d\" height=\"%d\" src=\"data:image/".formatted(96, 96)
        + (fine ? "png" : "jpeg")
        + ";base64,"
        + Base64.getEncoder().encodeToString(fine ? png(image(shown)) : jpeg(image(shown)))
        + "\"/>";
  }

  private static BufferedImage image(Picture picture) {
    int width = picture.width();
    int channels = picture.channels();
    byte[] pixels = picture.pixels();
    BufferedImage image = new BufferedImage(width, picture.height(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < picture.height() * width; i++) {
      int red = pixels[i * channels] & 255;
      int green = channels == 1 ? red : pixels[i * channels + 1] & 255;
      int blue = channels == 1 ? red : pixels[i * channels + 2] & 255;
      image.setRGB(i % width, i / width, red << 16 | green << 8 | blue);
    }
    return image;
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(image, "png", bytes)) {
      throw new IOException("this Java has no PNG writer");
    }
    return bytes.toByteArray();
  }

  private static byte[] jpeg(BufferedImage image) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
