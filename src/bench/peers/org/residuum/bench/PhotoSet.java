package org.residuum.bench;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.FileImageOutputStream;

/** JPEGs of 500 × 375 pixels, as ImageNet's are on average, cut out of a few photographs. */
final class PhotoSet {
  private static final int LONG = 500;
  private static final int SHORT = 375;
  private static final float QUALITY = 0.9f;

  private PhotoSet() {}

  /**
   * Writes them, the same each time, unless they are there.
   *
   * @param photographs a folder of pictures that ImageIO reads
   */
  static void write(Path photographs, Path folder, int count) throws IOException {
    Path whole = folder.resolveSibling(folder.getFileName() + ".whole");
    if (Files.exists(whole)) {
      return;
    }
    List<BufferedImage> sources = read(photographs);
    Files.createDirectories(folder);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < count; i++) {
      BufferedImage source = sources.get(i % sources.size());
      String name = String.format(Locale.ROOT, "photo-%05d.jpg", i);
      write(cut(source, random, random.nextInt(4) == 0), folder.resolve(name));
    }
    Files.createFile(whole);
  }

  private static List<BufferedImage> read(Path photographs) throws IOException {
    List<BufferedImage> sources = new ArrayList<>();
    try (Stream<Path> files = Files.list(photographs)) {
      for (Path file : files.sorted().toList()) {
        BufferedImage picture = ImageIO.read(file.toFile());
        if (picture != null) {
          sources.add(picture);
        }
      }
    }
    if (sources.isEmpty()) {
      throw new IOException(photographs + ": no picture that ImageIO reads; name another folder");
    }
    return sources;
  }

  private static BufferedImage cut(BufferedImage source, SplittableRandom random, boolean upright) {
    int width = upright ? SHORT : LONG;
    int height = upright ? LONG : SHORT;
    double largest =
        Math.min((double) source.getWidth() / width, (double) source.getHeight() / height);
    double scale = largest * random.nextDouble(0.6, 1);
    int left = (int) (random.nextDouble() * (source.getWidth() - width * scale));
    int top = (int) (random.nextDouble() * (source.getHeight() - height * scale));
    BufferedImage photo = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = photo.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(
        source,
        0,
        0,
        width,
        height,
        left,
        top,
        left + (int) (width * scale),
        top + (int) (height * scale),
        null);
    graphics.dispose();
    return photo;
  }

  private static void write(BufferedImage photo, Path file) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (FileImageOutputStream out = new FileImageOutputStream(file.toFile())) {
      ImageWriteParam quality = writer.getDefaultWriteParam();
      quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      quality.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(photo, null, null), quality);
    } finally {
      writer.dispose();
    }
  }
}
