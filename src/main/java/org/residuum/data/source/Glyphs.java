package org.residuum.data.source;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.residuum.data.Dataset;
import org.residuum.data.prepare.SplitMix;
import org.residuum.network.Shape;

/**
 * The built-in set: the digits 0 to 9 in several hands, with jitter in place, slant, size, pen and
 * ink, stray strokes and noise. It needs no files; picture i of class i mod 10 depends on seed,
 * split and i alone.
 */
final class Glyphs {
  static final int TRAIN_SIZE = 6_000;
  static final int TEST_SIZE = 1_000;

  /** The streams of random numbers. */
  private static final int NEW = 3;

  private static final Map<Dataset.Split, Integer> STREAMS =
      Map.of(Dataset.Split.TRAIN, 0, Dataset.Split.TEST, 1, Dataset.Split.VALIDATION, 4);

  private Glyphs() {}

  static StoredImages draw(Dataset.Split split, long seed) {
    if (split == Dataset.Split.ALL) {
      return StoredImages.concat(draw(Dataset.Split.TRAIN, seed), draw(Dataset.Split.TEST, seed));
    }
    return draw(seed, STREAMS.get(split), split == Dataset.Split.TRAIN ? TRAIN_SIZE : TEST_SIZE);
  }

  private static StoredImages draw(long seed, int stream, int count) {
    long key = SplitMix.at(seed, stream);
    byte[][] pixels = new byte[count][];
    IntStream.range(0, count)
        .parallel()
        .forEach(i -> pixels[i] = new GlyphPainter().paint(i % 10, SplitMix.at(key, i)));
    int[] classes = IntStream.range(0, count).map(i -> i % 10).toArray();
    Shape shape = Shape.of(1, GlyphPainter.SIDE, GlyphPainter.SIDE);
    return new StoredImages("glyphs", shape, Labels.DIGITS, pixels, classes, 255);
  }

  /** As {@link Datasets#writeGlyphs}. */
  static List<Path> writePictures(Path folder, int count, long seed) throws IOException {
    if (count < 1) {
      throw new IllegalArgumentException("count " + count + " must be at least 1");
    }
    List<Path> files = new ArrayList<>();
    StoredImages glyphs = draw(seed, NEW, count);
    for (int i = 0; i < count; i++) {
      Path label = Files.createDirectories(folder.resolve(String.valueOf(glyphs.label(i))));
      Path file = label.resolve(String.format("glyph-%05d.png", i));
      write(glyphs.pixels()[i], file);
      files.add(file);
    }
    return files;
  }

  private static void write(byte[] pixels, Path file) throws IOException {
    int side = GlyphPainter.SIDE;
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, side, side, pixels);
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException(file + ": this Java has no PNG writer");
    }
  }
}
