package org.residuum.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.residuum.network.Shape;

/**
 * Labelled examples with random access. Every method may be called from several threads at once.
 */
public sealed interface Dataset permits ImageDataset, VectorDataset {
  /** The name for messages and reports, for example {@code mnist}. */
  String name();

  /** The number of examples. */
  int size();

  /** The logical shape of one example: {@code (C, H, W)} for images, {@code (F)} for vectors. */
  Shape exampleShape();

  /**
   * The name of each class, of which a label is the index; of each label where an example may have
   * several; of each column of numbers.
   */
  List<String> labels();

  /** What is to be told of an example; one of several classes unless it says otherwise. */
  default Task task() {
    return Task.CLASSIFY;
  }

  /**
   * The class of an example, from 0 to {@code labels().size() - 1}.
   *
   * @throws IllegalStateException where the task is another
   */
  int label(int index);

  /**
   * What an example has of each of {@link #labels()}: 1 for its class and for each label that it
   * has, else 0; or numbers.
   *
   * @param into receives them from its start
   */
  default void targets(int index, float[] into) {
    Arrays.fill(into, 0, labels().size(), 0);
    into[label(index)] = 1;
  }

  /**
   * A checksum by which a training that goes on tells other examples from its own, as many and with
   * the same labels: of their values if these are in memory, of the names and sizes of their files,
   * or else of {@link #exampleName}.
   *
   * @throws IOException if a file can no longer be read
   */
  default long checksum() throws IOException {
    CRC32 sum = new CRC32();
    for (int i = 0; i < size(); i++) {
      sum.update(exampleName(i).getBytes(StandardCharsets.UTF_8));
    }
    return sum.getValue();
  }

  /** What to call an example in messages: its file, or its number from 1. */
  default String exampleName(int index) {
    return name() + " example " + (index + 1);
  }

  /** Each file left out as undecodable, and each folder as unreadable. */
  default List<SkippedFile> skipped() {
    return List.of();
  }

  /** Which part of a data set to open. */
  enum Split {
    /** What the network learns from. */
    TRAIN("training"),
    /** What the network is judged by, once its training is at its end. */
    TEST("testing"),
    /** The training examples, then the others. */
    ALL("anything"),
    /** What decides on the way: which epoch is the best, and when to stop. */
    VALIDATION("validation");

    private final String purpose;

    Split(String purpose) {
      this.purpose = purpose;
    }

    /** As it stands in a sentence, after "for". */
    public String purpose() {
      return purpose;
    }
  }

  /**
   * A file of a data set that cannot be used, or a folder that cannot be read.
   *
   * @param reason one line, without the file's name
   */
  record SkippedFile(Path file, String reason) {
    public static SkippedFile of(Path file, IOException failure) {
      String line = InvalidDataException.reason(failure).lines().findFirst().orElse("");
      String name = file + ": ";
      return new SkippedFile(file, line.startsWith(name) ? line.substring(name.length()) : line);
    }

    @Override
    public String toString() {
      return file + ": " + reason;
    }
  }

  /** Told how far a long operation is; calls may come from any thread, one at a time. */
  @FunctionalInterface
  interface ProgressListener {
    /** {@code done} of {@code total} pictures are dealt with. */
    void progress(int done, int total);
  }
}
