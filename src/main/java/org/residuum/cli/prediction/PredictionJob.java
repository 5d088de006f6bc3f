package org.residuum.cli.prediction;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.residuum.Classifier;
import org.residuum.Examples;
import org.residuum.Prediction;
import org.residuum.backend.Plan;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.Failures;
import org.residuum.cli.text.Interruption;
import org.residuum.cli.text.Progress;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Preprocessing;
import org.residuum.data.source.csv.CsvRow;
import org.residuum.text.FileText;

/**
 * Classifies pictures, or rows of a table, in their order, several threads decoding; each gets its
 * classes or a reason.
 *
 * @param items all of them
 * @param name of an item, for rows
 */
public record PredictionJob<T>(List<T> items, Function<T, String> name, Examples<T> examples) {
  /**
   * Picture files.
   *
   * @param unreadable what is known to be unreadable, with the reason
   */
  public static PredictionJob<Path> ofPictures(
      List<Path> files, Map<Path, String> unreadable, Preprocessing preprocessing) {
    return new PredictionJob<>(
        files,
        FileText::of,
        Examples.ofPictures(
            preprocessing,
            file -> {
              if (unreadable.containsKey(file)) {
                throw new InvalidDataException(file + ": " + unreadable.get(file));
              }
              return preprocessing.fit(file);
            }));
  }

  /** Rows of a table. */
  public static PredictionJob<CsvRow> ofRows(List<CsvRow> rows, Preprocessing preprocessing) {
    return new PredictionJob<>(
        rows, CsvRow::toString, Examples.ofVectors(preprocessing, CsvRow::requireValues));
  }

  /** Takes the results in their order. */
  public interface Sink<T> {
    void predicted(T item, String name, List<Prediction> best) throws IOException;

    void failed(String name, String reason) throws IOException;

    /** The results of a batch are given. */
    void flush() throws IOException;
  }

  /**
   * What was done.
   *
   * @param failed items without a class
   * @param interrupted whether there were more to do
   */
  public record Summary(int classified, int failed, double seconds, boolean interrupted) {
    public int done() {
      return classified + failed;
    }
  }

  /**
   * Classifies them all, or until Ctrl-C.
   *
   * @param labels of the classes, or none
   * @param top how many classes an item
   * @param threads that decode
   */
  public Summary run(
      Console console, Plan plan, List<String> labels, int top, int threads, Sink<? super T> sink)
      throws IOException {
    long began = System.nanoTime();
    try (Interruption interruption =
            new Interruption(console, "the examples at hand are finished first");
        Classifier classifier = new Classifier(plan, labels);
        Progress bar = console.progress("predicting", items.size())) {
      Count count = new Count(sink, bar);
      classifier.classifyAll(until(interruption, items.iterator()), examples, top, threads, count);
      double seconds = (System.nanoTime() - began) / 1e9;
      boolean interrupted = count.classified + count.failed < items.size();
      return new Summary(count.classified, count.failed, seconds, interrupted);
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

  /** Passes results on under their items' names, moves the bar. */
  private final class Count implements Classifier.PredictionSink<T> {
    private final Sink<? super T> sink;
    private final Progress bar;
    private int classified;
    private int failed;

    Count(Sink<? super T> sink, Progress bar) {
      this.sink = sink;
      this.bar = bar;
    }

    @Override
    public void predicted(T item, List<Prediction> best) throws IOException {
      sink.predicted(item, name.apply(item), best);
      classified++;
      bar.at(classified + failed);
    }

    @Override
    public void failed(T item, IOException failure) throws IOException {
      failed++;
      sink.failed(name.apply(item), Failures.reason(item.toString(), failure));
      bar.at(classified + failed);
    }

    @Override
    public void flush() throws IOException {
      sink.flush();
    }
  }
}
