package org.residuum.cli;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.residuum.backend.Plan;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.train.Prediction;
import org.residuum.train.PredictionStream;
import org.residuum.train.Predictor;

/** Classifies picture files in their order; all cores decode. */
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
   * @param interrupted whether there were more to do
   */
  record Summary(int classified, int skipped, double seconds, boolean interrupted) {}

  /** Classifies them all, or until Ctrl-C. */
  Summary run(List<Path> files, Sink sink) throws IOException {
    long began = System.nanoTime();
    try (Interruption interruption =
            new Interruption(console, "the pictures at hand are finished first");
        Predictor predictor = new Predictor(plan, labels);
        Progress bar = console.progress("predicting", files.size())) {
      Count count = new Count(sink, bar);
      int threads = Runtime.getRuntime().availableProcessors();
      new PredictionStream<>(predictor, this::decode)
          .run(until(interruption, files.iterator()), top, threads, count);
      double seconds = (System.nanoTime() - began) / 1e9;
      boolean interrupted = count.classified + count.skipped < files.size();
      return new Summary(count.classified, count.skipped, seconds, interrupted);
    }
  }

  private static Iterator<Path> until(Interruption interruption, Iterator<Path> files) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !interruption.asked() && files.hasNext();
      }

      @Override
      public Path next() {
        return files.next();
      }
    };
  }

  private void decode(Path file, FloatBuffer into) throws IOException {
    try {
      preprocessing.apply(Picture.read(file), into);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Passes results on, names what was skipped, moves the bar. */
  private final class Count implements PredictionStream.Sink<Path> {
    private final Sink sink;
    private final Progress bar;
    private int classified;
    private int skipped;

    Count(Sink sink, Progress bar) {
      this.sink = sink;
      this.bar = bar;
    }

    @Override
    public void predicted(Path file, List<Prediction> best) throws IOException {
      sink.accept(file, best);
      classified++;
      bar.at(classified + skipped);
    }

    @Override
    public void failed(Path file, IOException failure) throws IOException {
      if (failOnError) {
        throw failure;
      }
      skipped++;
      if (skipped <= MOST_NAMED) {
        console.err().println("skipped " + ErrorLines.message(failure));
      } else if (skipped == MOST_NAMED + 1) {
        console.err().println("skipped " + file + " and perhaps more, counted at the end");
      }
      console.err().flush();
      bar.at(classified + skipped);
    }
  }
}
