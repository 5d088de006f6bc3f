package org.residuum.data.source;

import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.residuum.data.ImageDataset;
import org.residuum.network.Shape;

/**
 * Pictures in memory.
 *
 * @param pixels a picture an entry, {@code (H, W, C)}
 */
record StoredImages(
    String name,
    Shape exampleShape,
    List<String> labels,
    byte[][] pixels,
    int[] classes,
    int maxValue)
    implements ImageDataset {

  StoredImages {
    labels = List.copyOf(labels);
    if (exampleShape.rank() != 3 || exampleShape.isBatched()) {
      throw new IllegalArgumentException(
          name + ": an image's shape is (C, H, W), not " + exampleShape);
    }
    for (byte[] picture : pixels) {
      if (picture.length != exampleShape.elements()) {
        throw new IllegalArgumentException(
            name + ": a picture of " + picture.length + " bytes in a set of " + exampleShape);
      }
    }
    if (maxValue < 1 || maxValue > 255) {
      throw new IllegalArgumentException(name + ": maxValue " + maxValue + " is not in 1..255");
    }
    Labels.check(name, labels, classes, pixels.length);
  }

  /** The examples of {@code first}, then those of {@code second}. */
  static StoredImages concat(StoredImages first, StoredImages second) {
    byte[][] pixels = Arrays.copyOf(first.pixels, first.size() + second.size());
    System.arraycopy(second.pixels, 0, pixels, first.size(), second.size());
    int[] classes = Arrays.copyOf(first.classes, pixels.length);
    System.arraycopy(second.classes, 0, classes, first.size(), second.size());
    return new StoredImages(
        first.name, first.exampleShape, first.labels, pixels, classes, first.maxValue);
  }

  /** Some of the examples, in that order. */
  StoredImages only(int... rows) {
    return new StoredImages(
        name,
        exampleShape,
        labels,
        Arrays.stream(rows).mapToObj(row -> pixels[row]).toArray(byte[][]::new),
        Arrays.stream(rows).map(row -> classes[row]).toArray(),
        maxValue);
  }

  @Override
  public int size() {
    return pixels.length;
  }

  @Override
  public int label(int index) {
    return classes[index];
  }

  @Override
  public void read(int index, byte[] into) {
    System.arraycopy(pixels[index], 0, into, 0, pixels[index].length);
  }

  /** Of all pixels. */
  @Override
  public long checksum() {
    CRC32 sum = new CRC32();
    for (byte[] picture : pixels) {
      sum.update(picture);
    }
    return sum.getValue();
  }

  @Override
  public String toString() {
    return name + ": " + size() + " images " + exampleShape + " of " + labels.size() + " classes";
  }
}
