package org.residuum.data.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.data.Augmentation;
import org.residuum.data.ImageDataset;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.source.Datasets;
import org.residuum.network.Shape;

/** Each change gives torchvision's pixels, all of them; made by make_augment_golden.py. */
final class ChangesGoldenTest {
  private static byte[] file(String name) throws IOException {
    try (InputStream in = ChangesGoldenTest.class.getResourceAsStream("/golden/augment/" + name)) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"colour", "grey"})
  void everyChangeIsTorchvisions(String name) throws IOException {
    Picture picture = Picture.decode(name, file(name + ".png"));
    Picture results = Picture.decode(name, file("results-" + name + ".png"));
    String[] cases = new String(file("cases.txt"), StandardCharsets.UTF_8).split("\n");
    assertEquals(cases.length * picture.height(), results.height());
    int length = picture.pixels().length;
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < cases.length; i++) {
      byte[] expected = Arrays.copyOfRange(results.pixels(), i * length, (i + 1) * length);
      byte[] actual = changed(picture, cases[i].split(" "));
      int differing = 0;
      for (int k = 0; k < length; k++) {
        differing += actual[k] == expected[k] ? 0 : 1;
      }
      if (differing > 0) {
        wrong.add(cases[i] + ": " + differing + " of " + length + " values");
      }
    }
    assertEquals(List.of(), wrong);
  }

  private static byte[] changed(Picture picture, String... words) throws IOException {
    if (words[0].equals("change")) {
      return whole(picture, words[1], Long.parseLong(words[2]));
    }
    Canvas canvas = new Canvas(picture.height(), picture.width(), picture.channels());
    System.arraycopy(picture.pixels(), 0, canvas.pixels, 0, canvas.pixels.length);
    switch (words[0]) {
      case "brightness" -> Tones.brightness(canvas, Double.parseDouble(words[1]));
      case "contrast" -> Tones.contrast(canvas, Double.parseDouble(words[1]));
      case "saturation" -> Colors.saturation(canvas, Double.parseDouble(words[1]));
      case "hue" -> Colors.hue(canvas, Double.parseDouble(words[1]));
      case "sharpness" -> Sharpness.adjust(canvas, Double.parseDouble(words[1]));
      default ->
          Operation.valueOf(underscored(words[1]))
              .apply(canvas, Integer.parseInt(words[2]), words[3].equals("-1"));
    }
    return canvas.pixels;
  }

  /** SHEAR_X for ShearX. */
  private static String underscored(String name) {
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
  }

  /** What a data set of this one picture gives. */
  private static byte[] whole(Picture picture, String text, long bits) throws IOException {
    Shape shape = Shape.of(picture.channels(), picture.height(), picture.width());
    ImageDataset data =
        Datasets.ofImages("one", shape, List.of("a"), new byte[][] {picture.pixels()}, new int[1]);
    String filled = text.startsWith("erase") ? text + ":black" : text;
    float[] ones = new float[picture.channels()];
    Arrays.fill(ones, 1);
    Preprocessing raw =
        new Preprocessing(shape, new float[picture.channels()], ones, Resize.squash());
    return new TrainingPictures(data, Augmentation.parse(filled, shape), raw).read(0, bits);
  }
}
