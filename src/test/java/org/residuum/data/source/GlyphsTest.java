package org.residuum.data.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.data.Dataset;
import org.residuum.network.Shape;

class GlyphsTest {
  private static long crc(StoredImages set) {
    CRC32 crc = new CRC32();
    for (byte[] pixels : set.pixels()) {
      crc.update(pixels);
    }
    return crc.getValue();
  }

  @Test
  void setHasItsSizesAndBalancedClasses() throws IOException {
    Dataset train = Datasets.open("glyphs", Dataset.Split.TRAIN);
    Dataset test = Datasets.open("glyphs", Dataset.Split.TEST);
    assertEquals(6000, train.size());
    assertEquals(1000, test.size());
    assertEquals(7000, Datasets.open("glyphs", Dataset.Split.ALL).size());
    assertEquals(Shape.of(1, 28, 28), train.exampleShape());
    assertArrayEquals(
        new int[] {600, 600, 600, 600, 600, 600, 600, 600, 600, 600}, MnistTest.counts(train));
  }

  @Test
  void seedDecidesEveryByte() {
    assertEquals(crc(Glyphs.draw(Dataset.Split.TEST, 3)), crc(Glyphs.draw(Dataset.Split.TEST, 3)));
    assertFalse(crc(Glyphs.draw(Dataset.Split.TEST, 3)) == crc(Glyphs.draw(Dataset.Split.TEST, 4)));
  }

  @Test
  void noTwoGlyphsAreAlikeAndTestGlyphsAreNew() {
    Set<List<Byte>> seen = new HashSet<>();
    for (byte[] pixels : Glyphs.draw(Dataset.Split.ALL, 0).pixels()) {
      Byte[] boxed = new Byte[pixels.length];
      Arrays.setAll(boxed, i -> pixels[i]);
      assertTrue(seen.add(List.of(boxed)));
    }
  }

  /** Most ink must lie inside the picture, and every glyph must have some. */
  @Test
  void glyphsHaveInkAndStayInsideThePicture() {
    StoredImages set = Glyphs.draw(Dataset.Split.TEST, 0);
    double border = 0;
    double all = 0;
    for (byte[] pixels : set.pixels()) {
      double ink = 0;
      for (int i = 0; i < pixels.length; i++) {
        int y = i / 28;
        int x = i % 28;
        ink += pixels[i] & 255;
        border += x == 0 || y == 0 || x == 27 || y == 27 ? pixels[i] & 255 : 0;
      }
      assertTrue(ink > 20 * 255, "ink " + ink / 255);
      all += ink;
    }
    assertTrue(border / all < 0.05, "share of ink on the border " + border / all);
  }

  @Test
  void picturesAreWrittenInAFolderAClassAndReadBack(@TempDir Path folder) throws IOException {
    Glyphs.writePictures(folder.resolve("new"), 23, 1);
    try (Stream<Path> files = Files.walk(folder)) {
      assertEquals(23, files.filter(Files::isRegularFile).count());
    }
    assertTrue(Files.exists(folder.resolve("new/7/glyph-00017.png")));
    assertThrows(IllegalArgumentException.class, () -> Glyphs.writePictures(folder, 0, 1));
  }
}
