package org.residuum.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.residuum.backend.Feed;
import org.residuum.data.Augmentation;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.Picture;
import org.residuum.data.PictureChange;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.load.AugmentedPicture;
import org.residuum.data.load.Batch;
import org.residuum.data.load.DatasetLoader;
import org.residuum.data.load.DatasetLoaderBuilder;
import org.residuum.data.load.Draw;
import org.residuum.data.load.Pass;
import org.residuum.data.source.DatasetOptions;
import org.residuum.data.source.Datasets;
import org.residuum.network.Shape;

/** What of all changes together comes out of a data set, a loader, a folder. */
final class TrainingPicturesTest {
  private static final Shape SHAPE = Shape.of(3, 12, 10);
  private static final Preprocessing PREPROCESSING =
      new Preprocessing(
          SHAPE, new float[] {0.2f, 0.5f, 0.71f}, new float[] {0.3f, 0.2f, 0.1f}, Resize.squash());

  /** Changes nothing, but takes the way of what changes. */
  private static final PictureChange NOTHING = new PictureChange.Erasing(0);

  private static ImageDataset noise(int count, int most) {
    Random random = new Random(3);
    byte[][] pixels = new byte[count][SHAPE.elements()];
    for (byte[] picture : pixels) {
      for (int i = 0; i < picture.length; i++) {
        picture[i] = (byte) random.nextInt(most + 1);
      }
    }
    return Datasets.ofImages("noise", SHAPE, List.of("a"), pixels, new int[count]);
  }

  private static DatasetLoaderBuilder loader(Dataset data, Augmentation augmentation) {
    return DatasetLoader.builder(data)
        .preprocessing(PREPROCESSING)
        .augmentation(augmentation)
        .batch(8)
        .seed(11)
        .shuffle(true);
  }

  private static List<float[]> floats(DatasetLoader loader) throws IOException {
    List<float[]> batches = new ArrayList<>();
    try (Pass<Draw> pass = loader.epoch(2)) {
      for (Batch<Draw> batch = pass.next(); batch != null; batch = pass.next()) {
        float[] copy = new float[batch.inputs().remaining()];
        batch.inputs().get(0, copy);
        batches.add(copy);
      }
    }
    return batches;
  }

  private static void assertSame(List<float[]> expected, List<float[]> actual, float tolerance) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), tolerance, "batch " + i);
    }
  }

  @Test
  void neitherThreadsNorTheWayToTheDeviceMatter() throws IOException {
    Augmentation all =
        Augmentation.parse("resized-crop,flip,distort,randaugment,jitter,erase:0.5", SHAPE);
    try (DatasetLoader one = loader(noise(40, 255), all).threads(1).build();
        DatasetLoader many = loader(noise(40, 255), all).threads(3).build()) {
      List<float[]> batches = floats(one);
      assertSame(batches, floats(many), 0);
      float[] table = one.feed().table();
      try (Pass<Draw> pass = many.epoch(2, true)) {
        byte[] pixels = new byte[8 * SHAPE.elements()];
        pass.next().pictures().pixels().get(0, pixels);
        for (int i = 0; i < pixels.length; i++) {
          assertEquals(batches.get(0)[i], table[i % 3 * 256 + (pixels[i] & 255)], "value " + i);
        }
      }
    }
  }

  @Test
  void cropsAndFlipsAreThoseWithoutFurtherChanges() throws IOException {
    Augmentation plain = new Augmentation(3, true);
    try (DatasetLoader first = loader(noise(40, 255), plain).build();
        DatasetLoader second = loader(noise(40, 255), plain.with(NOTHING)).build()) {
      assertSame(floats(first), floats(second), 0);
    }
  }

  /** Half a level of 255, by the smallest deviation. */
  @Test
  void distortionsAreThoseWithoutFurtherChangesToTheNearestByte() throws IOException {
    Augmentation plain = new Augmentation(2, true, new Augmentation.Distortion(1, 20, 0.2, 0.1));
    try (DatasetLoader first = loader(noise(40, 255), plain).build();
        DatasetLoader second = loader(noise(40, 255), plain.with(NOTHING)).build()) {
      assertEquals(Feed.FLOATS, first.feed());
      assertNotEquals(Feed.FLOATS, second.feed());
      assertSame(floats(first), floats(second), 0.5001f / 255 / 0.1f);
    }
  }

  @Test
  void fewerLevelsAreSpreadOver255() throws IOException {
    ImageDataset digits = new Levels(noise(1, 16));
    byte[] stored = new byte[SHAPE.elements()];
    digits.read(0, stored);
    byte[] seen =
        new TrainingPictures(digits, Augmentation.NONE.with(NOTHING), PREPROCESSING).read(0, 1);
    for (int i = 0; i < stored.length; i++) {
      assertEquals(Math.round(stored[i] * 255 / 16.0), seen[i] & 255);
    }
  }

  @ParameterizedTest
  @EnumSource(Preprocessing.Values.Colors.class)
  void networksColoursAreMadeOfTheChangedPicture(Preprocessing.Values.Colors colors)
      throws IOException {
    Preprocessing other = PREPROCESSING.withValues(Preprocessing.Values.USUAL.withColors(colors));
    Augmentation strong = Augmentation.NONE.with(new PictureChange.ColorJitter(0.5, 0.5, 0.5, 0.4));
    ImageDataset data = noise(1, 255);
    Picture changed = new TrainingPictures(data, strong, PREPROCESSING).picture(0, 5);
    TrainingPictures pictures = new TrainingPictures(data, strong, other);
    assertArrayEquals(colors.of(changed, 3).pixels(), pictures.read(0, 5));
    assertArrayEquals(changed.pixels(), pictures.picture(0, 5).pixels());
  }

  @Test
  void erasedPixelsAreTheMeanForTheNetwork() throws IOException {
    Augmentation erase = Augmentation.NONE.with(new PictureChange.Erasing(1).withArea(0.3, 0.3));
    ImageDataset data = noise(1, 255);
    byte[] stored = new byte[SHAPE.elements()];
    data.read(0, stored);
    byte[] seen = new TrainingPictures(data, erase, PREPROCESSING).read(0, 4).clone();
    int erased = 0;
    for (int i = 0; i < seen.length; i += 3) {
      if (!Arrays.equals(stored, i, i + 3, seen, i, i + 3)) {
        assertArrayEquals(
            new byte[] {51, (byte) 128, (byte) 181}, Arrays.copyOfRange(seen, i, i + 3));
        erased++;
      }
    }
    // 0.3 of 120 pixels, both sides rounded.
    assertEquals(36, erased, 6);
    Preprocessing bgr =
        PREPROCESSING.withValues(
            Preprocessing.Values.USUAL.withColors(Preprocessing.Values.Colors.BGR));
    Picture shown = new TrainingPictures(data, erase, bgr).picture(0, 4);
    byte[] network = new TrainingPictures(data, erase, bgr).read(0, 4);
    for (int i = 0; i < network.length; i++) {
      assertEquals(network[i], shown.pixels()[i / 3 * 3 + 2 - i % 3]);
    }
  }

  /** Of a picture of 50 × 70 pixels that is stored turned, and of which 24 × 24 are fitted. */
  @Test
  void folderGivesCropsOfThePictureOnDisk(@TempDir Path folder) throws IOException {
    Picture photo = write(Files.createDirectories(folder.resolve("train/a")).resolve("x.png"));
    write(Files.createDirectories(folder.resolve("test/a")).resolve("y.png"));
    Preprocessing fitted =
        new Preprocessing(
            Shape.of(3, 24, 24), new float[3], new float[] {1, 1, 1}, Resize.crop(26));
    ImageDataset data =
        (ImageDataset)
            Datasets.open(
                "folder:" + folder,
                Dataset.Split.TRAIN,
                DatasetOptions.DEFAULTS.withPictures(fitted).withNotices(notice -> {}));
    PictureChange.ResizedCrop limits = new PictureChange.ResizedCrop(0.1, 0.9);
    TrainingPictures pictures = new TrainingPictures(data, Augmentation.NONE.with(limits), fitted);
    for (long bits = 0; bits < 10; bits++) {
      Boxes.Box box = Boxes.crop(50, 70, limits, Draws.of(bits, 16));
      Picture expected = cut(photo, box).resized(24, 24);
      assertArrayEquals(expected.pixels(), pictures.read(0, bits), box.toString());
      // Fitting to a smaller input keeps to the picture on disk, too.
      Preprocessing smaller =
          new Preprocessing(Shape.of(1, 8, 8), new float[1], new float[] {1}, Resize.squash());
      TrainingPictures again =
          new TrainingPictures(
              (ImageDataset) smaller.fit(data), Augmentation.NONE.with(limits), smaller);
      Picture grey = cut(photo, box).withChannels(1).resized(8, 8);
      assertArrayEquals(grey.pixels(), again.read(0, bits), box.toString());
    }
  }

  private static Picture write(Path file) throws IOException {
    BufferedImage image = new BufferedImage(70, 50, BufferedImage.TYPE_3BYTE_BGR);
    Random random = new Random(1);
    for (int i = 0; i < 50 * 70; i++) {
      image.setRGB(i % 70, i / 70, random.nextInt());
    }
    ImageIO.write(image, "png", file.toFile());
    return Picture.of(image);
  }

  private static Picture cut(Picture picture, Boxes.Box box) {
    byte[] out = new byte[box.height() * box.width() * 3];
    for (int i = 0; i < out.length; i++) {
      int y = box.top() + i / 3 / box.width();
      int x = box.left() + i / 3 % box.width();
      out[i] = picture.pixels()[(y * picture.width() + x) * 3 + i % 3];
    }
    return new Picture(box.height(), box.width(), 3, out);
  }

  @Test
  void previewIsWhatTheFirstBatchesHold() throws IOException {
    Augmentation some = Augmentation.parse("crop-flip,randaugment,erase", SHAPE);
    try (DatasetLoader loader = loader(noise(40, 255), some).build()) {
      List<AugmentedPicture> seen = loader.preview(2, 11);
      assertEquals(11, seen.size());
      float[] table = loader.feed().table();
      List<float[]> batches = floats(loader);
      for (int k = 0; k < seen.size(); k++) {
        byte[] pixels = seen.get(k).picture().pixels();
        for (int i = 0; i < pixels.length; i++) {
          float value = batches.get(k / 8)[k % 8 * pixels.length + i];
          assertEquals(value, table[i % 3 * 256 + (pixels[i] & 255)]);
        }
      }
      assertNotEquals(
          seen.stream().map(shown -> shown.draw().index()).toList(),
          loader.preview(3, 11).stream().map(shown -> shown.draw().index()).toList());
      assertEquals(40, loader.preview(0, 1000).size());
    }
  }

  /** The same pictures of 17 grey levels, as the digits. */
  private record Levels(ImageDataset of) implements ImageDataset {
    @Override
    public void read(int index, byte[] into) throws IOException {
      of.read(index, into);
    }

    @Override
    public int maxValue() {
      return 16;
    }

    @Override
    public String name() {
      return of.name();
    }

    @Override
    public int size() {
      return of.size();
    }

    @Override
    public Shape exampleShape() {
      return of.exampleShape();
    }

    @Override
    public List<String> labels() {
      return of.labels();
    }

    @Override
    public int label(int index) {
      return of.label(index);
    }
  }
}
