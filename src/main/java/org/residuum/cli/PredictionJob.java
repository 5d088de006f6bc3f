package org.residuum.cli;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.residuum.backend.Plan;
import org.residuum.data.CsvRow;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.train.Prediction;
import org.residuum.train.PredictionStream;
import org.residuum.train.Predictor;

/** Classifies pictures, or rows of a table, in their order; all cores decode. */
final class PredictionJob<T> {
  private static final int MOST_NAMED = 20;

  private final Console console;
  private final Plan plan;
  private final List<String> labels;
  private final PredictionStream.Decoder<T> decoder;
  private final boolean failOnError;
  private final int top;

  private PredictionJob(
      Console console,
      Plan plan,
      List<String> labels,
      PredictionStream.Decoder<T> decoder,
      boolean failOnError,
      int top) {
    this.console = console;
    this.plan = plan;
    this.labels = labels;
    this.decoder = decoder;
    this.failOnError = failOnError;
    this.top = top;
  }

  /**
   * A job over picture files for a compiled network.
   *
   * @param labels of the classes, or none
   * @param failOnError whether a picture that cannot be decoded ends it
   * @param top how many classes a picture
   */
  static PredictionJob<Path> ofPictures(
      Console console,
      Plan plan,
      List<String> labels,
      Preprocessing preprocessing,
      boolean failOnError,
      int top) {
    return new PredictionJob<>(
        console, plan, labels, (file, into) -> decode(file, preprocessing, into), failOnError, top);
  }

  /** The same over rows of a table. */
  static PredictionJob<CsvRow> ofRows(
      Console console, Plan plan, List<String> labels, Preprocessing preprocessing, int top) {
    return new PredictionJob<>(
        console, plan, labels, (row, into) -> preprocessing.apply(row.values(), into), false, top);
  }

  private static void decode(Path file, Preprocessing preprocessing, FloatBuffer into)
      throws IOException {
    try {
      preprocessing.apply(Picture.read(file), into);
    } catch (IllegalArgumentException e) {
      throw new InvalidDataException(file + ": " + e.getMessage(), e);
    }
  }

  /** Takes the results in their order. */
  @FunctionalInterface
  interface Sink<T> {
    void accept(T item, List<Prediction> best) throws IOException;
  }

  /**
   * What was done.
   *
   * @param skipped pictures that cannot be decoded
   * @param interrupted whether there were more to do
   */
  record Summary(int classified, int skipped, double seconds, boolean interrupted) {}

  /** Classifies them all, or until Ctrl-C. */
  Summary run(List<T> items, Sink<? super T> sink) throws IOException {
    long began = System.nanoTime();
    try (Interruption interruption =
            new Interruption(console, "the examples at hand are finished first");
        Predictor predictor = new Predictor(plan, labels);
        Progress bar = console.progress("predicting", items.size())) {
      Count count = new Count(sink, bar);
      int threads = Runtime.getRuntime().availableProcessors();
      new PredictionStream<>(predictor, decoder)
          .run(until(interruption, items.iterator()), top, threads, count);
      double seconds = (System.nanoTime() - began) / 1e9;
      boolean interrupted = count.classified + count.skipped < items.size();
      return new Summary(count.classified, count.skipped, seconds, interrupted);
    }
  }

  private static <T> Iterator<T> until(Interruption interruption, Iterator<T> items) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !interruption.asked() && items.hasNext();
      }

      @Override
      public T next() {
        return items.next();
      }
    };
  }

  /** Passes results on, names what was skipped, moves the bar. */
  private final class Count implements PredictionStream.Sink<T> {
    private final Sink<? super T> sink;
    private final Progress bar;
    private int classified;
    private int skipped;

    Count(Sink<? super T> sink, Progress bar) {
      this.sink = sink;
      this.bar = bar;
    }

    @Override
    public void predicted(T item, List<Prediction> best) throws IOException {
      sink.accept(item, best);
      classified++;
      bar.at(classified + skipped);
    }

    @Override
    public void failed(T item, IOException failure) throws IOException {
      if (failOnError) {
        throw failure;
      }
      skipped++;
      if (skipped <= MOST_NAMED) {
        console.err().println("skipped " + ErrorLines.message(failure));
      } else if (skipped == MOST_NAMED + 1) {
        console.err().println("skipped " + item + " and perhaps more, counted at the end");
      }
      console.err().flush();
      bar.at(classified + skipped);
    }
  }
}
