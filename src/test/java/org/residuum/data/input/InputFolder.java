package org.residuum.data.input;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;

/** Set-up of tests of sources: a folder, and what a source gives as text. */
abstract class InputFolder {
  @TempDir Path folder;
  final List<String> notices = new ArrayList<>();

  /** A PNG of one pixel. */
  static byte[] png(int rgb) {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, rgb);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  final Path write(String name, byte... content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(content);
    }
    return out.toByteArray();
  }

  final PictureInputs.Options options() {
    return PictureInputs.Options.DEFAULTS.withNotices(notices::add);
  }

  final PictureInputs open(Object... sources) throws IOException {
    return open(options(), sources);
  }

  static PictureInputs open(PictureInputs.Options options, Object... sources) throws IOException {
    return PictureInputs.open(List.of(sources).stream().map(String::valueOf).toList(), options);
  }

  /** A line each, without this folder: the name, its label and how many bytes, or why none. */
  final List<String> read(PictureInputs inputs) throws IOException {
    List<PictureInput> all = new ArrayList<>();
    try (inputs) {
      for (PictureInput one = inputs.next(); one != null; one = inputs.next()) {
        all.add(one);
      }
      List<String> lines = new ArrayList<>();
      for (PictureInput one : all) {
        lines.add(line(one).replace(folder + "/", ""));
      }
      return lines;
    }
  }

  private static String line(PictureInput input) {
    try {
      return input.name() + " " + input.label().orElse("-") + " " + input.bytes().length;
    } catch (IOException e) {
      return e.getMessage();
    }
  }
}
