package org.residuum.data.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.residuum.data.Dataset;
import org.residuum.data.InvalidDataException;
import org.residuum.network.Shape;

/**
 * CIFAR-10 and CIFAR-100 in their binary layout: rows of one label byte (CIFAR-100: coarse, then
 * fine) and 3,072 pixel bytes, a plane a channel. Krizhevsky, "Learning multiple layers of features
 * from tiny images", 2009.
 *
 * @param files the training files, then the test file
 * @param labelFile the list of class names, which copies of the data often lack
 * @param published the class names where that file is not there
 * @param labelBytes label bytes a row; the last of them is the class
 * @param rowsPerTrainFile the exact number of rows of each training file
 * @param rowsPerTestFile the exact number of rows of the test file
 */
record Cifar(
    String name,
    List<String> files,
    String labelFile,
    List<String> published,
    int labelBytes,
    int rowsPerTrainFile,
    int rowsPerTestFile) {
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;
  private static final int CHANNELS = 3;

  static final Cifar TEN = ten(10_000);
  static final Cifar HUNDRED = hundred(50_000, 10_000);

  static Cifar ten(int rows) {
    List<String> files = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      files.add("data_batch_" + i + ".bin");
    }
    files.add("test_batch.bin");
    return new Cifar("cifar10", files, "batches.meta.txt", CifarLabels.TEN, 1, rows, rows);
  }

  static Cifar hundred(int trainRows, int testRows) {
    return new Cifar(
        "cifar100",
        List.of("train.bin", "test.bin"),
        "fine_label_names.txt",
        CifarLabels.HUNDRED,
        2,
        trainRows,
        testRows);
  }

  /** Reads the training or the test part, {@code (3, 32, 32)}. */
  StoredImages read(Path folder, Dataset.Split split) throws IOException {
    if (split == Dataset.Split.ALL) {
      return StoredImages.concat(
          read(folder, Dataset.Split.TRAIN), read(folder, Dataset.Split.TEST));
    }
    List<String> labels = labels(folder);
    boolean train = split == Dataset.Split.TRAIN;
    List<byte[]> pixels = new ArrayList<>();
    List<Integer> labelOf = new ArrayList<>();
    int last = files.size() - 1;
    for (String file : train ? files.subList(0, last) : files.subList(last, last + 1)) {
      int rows = train ? rowsPerTrainFile : rowsPerTestFile;
      readRows(find(folder, file), rows, pixels, labelOf);
    }
    return new StoredImages(
        name,
        Shape.of(CHANNELS, SIDE, SIDE),
        labels,
        pixels.toArray(byte[][]::new),
        labelOf.stream().mapToInt(Integer::intValue).toArray(),
        255);
  }

  private void readRows(Path file, int rows, List<byte[]> pixels, List<Integer> labelOf)
      throws IOException {
    checkSize(file, rows);
    byte[] row = new byte[rowBytes()];
    try (InputStream in = Files.newInputStream(file)) {
      for (int i = 0; i < rows; i++) {
        if (in.readNBytes(row, 0, row.length) < row.length) {
          throw new InvalidDataException(
              file + ": became shorter while row " + i + " was read; fetch the file again");
        }
        int label = row[labelBytes - 1] & 255;
        if (label >= published.size()) {
          throw new InvalidDataException(
              "%s: label %s of row %s is not in 0..%s; fetch the file again"
                  .formatted(file, label, i, published.size() - 1));
        }
        labelOf.add(label);
        pixels.add(channelLast(row, labelBytes));
      }
    }
  }

  private void checkSize(Path file, int rows) throws IOException {
    long bytes = Files.size(file);
    long expected = (long) rows * rowBytes();
    if (bytes != expected) {
      throw new InvalidDataException(
          "%s: %s bytes, expected %s (%s rows of %s): %s%s; fetch the file again"
              .formatted(
                  file,
                  bytes,
                  expected,
                  rows,
                  rowBytes(),
                  Math.abs(expected - bytes),
                  bytes < expected ? " missing" : " too many"));
    }
  }

  private int rowBytes() {
    return labelBytes + CHANNELS * PLANE;
  }

  /** Planes {@code (C, H, W)} from {@code offset} on to {@code (H, W, C)}. */
  private static byte[] channelLast(byte[] row, int offset) {
    byte[] pixels = new byte[CHANNELS * PLANE];
    for (int c = 0; c < CHANNELS; c++) {
      for (int i = 0; i < PLANE; i++) {
        pixels[i * CHANNELS + c] = row[offset + c * PLANE + i];
      }
    }
    return pixels;
  }

  private List<String> labels(Path folder) throws IOException {
    Path file = folder.resolve(labelFile);
    if (!Files.isRegularFile(file)) {
      return published;
    }
    List<String> labels =
        Files.readAllLines(file).stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
    if (labels.size() != published.size()) {
      throw new InvalidDataException(
          "%s: %s class names, expected %s; fetch the file again"
              .formatted(file, labels.size(), published.size()));
    }
    return labels;
  }

  private Path find(Path folder, String file) throws IOException {
    Path path = folder.resolve(file);
    if (Files.isRegularFile(path)) {
      return path;
    }
    if (Files.isRegularFile(folder.resolve(file + ".med.gz"))) {
      throw new InvalidDataException(
          "%s holds %s in packed form (.med.gz); unpack it first: java %s %s OUTDIR, then %s:OUTDIR"
              .formatted(folder, file, folder.resolve("Unpack.java"), folder, name));
    }
    throw new InvalidDataException(
        "no file %s in %s; %s:DIR needs the binary version: %s"
            .formatted(file, folder, name, String.join(", ", files)));
  }
}
