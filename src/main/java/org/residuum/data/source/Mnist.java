package org.residuum.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.network.Shape;

/** MNIST and the sets that share its file names: idx files, each plain or with {@code .gz}. */
final class Mnist {

  private Mnist() {}

  /** Reads the training or the test part, {@code (1, H, W)}. */
  static StoredImages read(Path folder, Dataset.Split split) throws IOException {
    if (split == Dataset.Split.ALL) {
      return StoredImages.concat(
          read(folder, Dataset.Split.TRAIN), read(folder, Dataset.Split.TEST));
    }
    String prefix = split == Dataset.Split.TRAIN ? "train" : "t10k";
    Path imageFile = find(folder, prefix + "-images-idx3-ubyte");
    Path labelFile = find(folder, prefix + "-labels-idx1-ubyte");
    Idx images = Idx.read(imageFile, 3);
    Idx labels = Idx.read(labelFile, 1);
    if (images.rows().length != labels.rows().length) {
      throw new InvalidDataException(
          "%s has %s images but %s %s labels; take both files from one set"
              .formatted(
                  imageFile, images.rows().length, labelFile.getFileName(), labels.rows().length));
    }
    Shape shape = Shape.of(1, images.extents()[1], images.extents()[2]);
    int[] classes = classes(labelFile, labels);
    return new StoredImages("mnist", shape, Labels.DIGITS, images.rows(), classes, 255);
  }

  private static int[] classes(Path file, Idx labels) throws IOException {
    int[] classes = new int[labels.rows().length];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = labels.rows()[i][0] & 255;
      if (classes[i] > 9) {
        throw new InvalidDataException(
            "%s: label %s of example %s is not in 0..9; fetch the file again"
                .formatted(file, classes[i], i));
      }
    }
    return classes;
  }

  private static Path find(Path folder, String name) throws IOException {
    for (String candidate : new String[] {name, name + ".gz"}) {
      if (Files.isRegularFile(folder.resolve(candidate))) {
        return folder.resolve(candidate);
      }
    }
    throw new InvalidDataException(
        "no file " + name + " or " + name + ".gz in " + folder + "; mnist:DIR needs all four");
  }
}
