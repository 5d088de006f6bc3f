package org.residuum.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.residuum.backend.Plan;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.train.Prediction;
import org.residuum.train.Predictor;

/** Classifies picture files, a batch at a time; a batch is decoded by all cores. */
final class PredictionJob {
  private static final int MOST_NAMED = 20;

  private final Console console;
  private final Plan plan;
  private final List<String> labels;
  private final Preprocessing preprocessing;
  private final boolean failOnError;
  private final int top;

  /**
   * A job for a compiled network.
   *
   * @param labels of the classes, or none
   * @param failOnError whether a picture that cannot be decoded ends it
   * @param top how many classes a picture
   */
  PredictionJob(
      Console console,
      Plan plan,
      List<String> labels,
      Preprocessing preprocessing,
      boolean failOnError,
      int top) {
    this.console = console;
    this.plan = plan;
    this.labels = labels;
    this.preprocessing = preprocessing;
    this.failOnError = failOnError;
    this.top = top;
  }

  /** Takes the results in the order of the files. */
  @FunctionalInterface
  interface Sink {
    void accept(Path file, List<Prediction> best) throws IOException;
  }

  /**
   * What was done.
   *
   * @param skipped pictures that cannot be decoded
   */
  record Summary(int classified, int skipped, double seconds) {}

  /** Classifies them all. */
  Summary run(List<Path> files, Sink sink) throws IOException {
    long began = System.nanoTime();
    int skipped = 0;
    try (Predictor predictor = new Predictor(plan, labels);
        Progress bar = console.progress("predicting", files.size())) {
      FloatBuffer examples = allocate(predictor.batch() * preprocessing.inputShape().elements());
      for (int from = 0; from < files.size(); from += predictor.batch()) {
        int to = Math.min(files.size(), from + predictor.batch());
        List<Path> chunk = files.subList(from, to);
        IOException[] failures = decode(chunk, examples);
        int good = compact(examples, failures);
        List<List<Prediction>> results = predictor.predict(examples, good, top);
        for (int i = 0, row = 0; i < chunk.size(); i++) {
          if (failures[i] == null) {
            sink.accept(chunk.get(i), results.get(row++));
          } else {
            skip(chunk.get(i), failures[i], ++skipped);
          }
        }
        bar.at(to);
      }
    }
    return new Summary(files.size() - skipped, skipped, (System.nanoTime() - began) / 1e9);
  }

  private static FloatBuffer allocate(int floats) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /** Decodes a picture a row; gives what went wrong in each. */
  private IOException[] decode(List<Path> files, FloatBuffer examples) {
    int elements = preprocessing.inputShape().elements();
    IOException[] failures = new IOException[files.size()];
    IntStream.range(0, files.size())
        .parallel()
        .forEach(
            i -> {
              try {
                FloatBuffer row = examples.slice(i * elements, elements);
                preprocessing.apply(Picture.read(files.get(i)), row);
              } catch (IOException e) {
                failures[i] = e;
              } catch (IllegalArgumentException e) {
                failures[i] = new IOException(files.get(i) + ": " + e.getMessage(), e);
              }
            });
    return failures;
  }

  /** Moves the rows of decoded pictures together; gives their number. */
  private int compact(FloatBuffer examples, IOException[] failures) {
    int elements = preprocessing.inputShape().elements();
    int good = 0;
    for (int i = 0; i < failures.length; i++) {
      if (failures[i] == null) {
        if (good < i) {
          examples.put(good * elements, examples, i * elements, elements);
        }
        good++;
      }
    }
    return good;
  }

  private void skip(Path file, IOException failure, int count) throws IOException {
    if (failOnError) {
      throw failure;
    }
    if (count <= MOST_NAMED) {
      console.err().println("skipped " + ErrorLines.message(failure));
    } else if (count == MOST_NAMED + 1) {
      console.err().println("skipped " + file + " and perhaps more, counted at the end");
    }
    console.err().flush();
  }
}
