package org.residuum.cli.prediction;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.residuum.Classifier;
import org.residuum.Examples;
import org.residuum.Prediction;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.Failures;
import org.residuum.cli.text.Interruption;
import org.residuum.cli.text.Progress;
import org.residuum.data.Outputs;
import org.residuum.data.Preprocessing;
import org.residuum.data.input.PictureInput;
import org.residuum.data.input.PictureInputs;
import org.residuum.data.load.ReadAhead;
import org.residuum.data.source.csv.CsvRow;

/**
 * Classifies pictures, or rows of a table, in their order, several threads decoding; each gets its
 * classes or a reason.
 */
public final class PredictionJob<T> implements Closeable {
  /** Items that wait, read but not decoded: pictures of an archive are in memory by then. */
  private static final int AHEAD = 64;

  private final ReadAhead<T> items;
  private final Closeable source;
  private final OptionalLong count;
  private final Function<T, String> name;
  private final Examples<T> examples;

  private PredictionJob(
      ReadAhead.Source<T> source,
      Closeable closing,
      OptionalLong count,
      Function<T, String> name,
      Examples<T> examples) {
    this.items = new ReadAhead<>(source, AHEAD);
    this.source = closing;
    this.count = count;
    this.name = name;
    this.examples = examples;
  }

  private static <T> PredictionJob<T> of(
      List<T> items, Function<T, String> name, Examples<T> examples) {
    Iterator<T> iterator = items.iterator();
    return new PredictionJob<>(
        () -> iterator.hasNext() ? iterator.next() : null,
        () -> {},
        OptionalLong.of(items.size()),
        name,
        examples);
  }

  /** Pictures, which are closed with the job. */
  public static PredictionJob<PictureInput> ofPictures(
      PictureInputs inputs, Preprocessing preprocessing) throws IOException {
    return new PredictionJob<>(
        inputs::next,
        inputs,
        inputs.count(),
        PictureInput::name,
        Examples.ofPictures(
            preprocessing, input -> preprocessing.fit(input.name(), input.bytes())));
  }

  /** Rows of a table. */
  public static PredictionJob<CsvRow> ofRows(List<CsvRow> rows, Preprocessing preprocessing) {
    return of(rows, CsvRow::toString, Examples.ofVectors(preprocessing, CsvRow::requireValues));
  }

  public Examples<T> examples() {
    return examples;
  }

  /** How many items there are, if that is known. */
  public OptionalLong count() {
    return count;
  }

  /**
   * How many items there are, as far as a batch needs to know.
   *
   * @param most where there are as many or more, it may be any number from there
   */
  public int countUpTo(int most) {
    return count.isPresent()
        ? (int) Math.min(Integer.MAX_VALUE, count.getAsLong())
        : items.await(most) < most ? items.await(most) : Integer.MAX_VALUE;
  }

  /** Takes the results in their order. */
  public interface Sink<T> {
    void predicted(T item, String name, List<Prediction> best) throws IOException;

    /** What the network or a layer gives for an item. */
    void values(String name, float[] values) throws IOException;

    void failed(String name, String reason) throws IOException;

    /** The results of a batch are given. */
    void flush() throws IOException;
  }

  /**
   * What was done.
   *
   * @param resumed items that an ended job had done before
   * @param classified items that got their classes from this one
   * @param failed items without a class, of this one
   * @param failedBefore the same of the ended job
   * @param interrupted whether there were more to do
   */
  public record Summary(
      long resumed,
      long classified,
      long failed,
      long failedBefore,
      double seconds,
      boolean interrupted) {
    /** By this job and those before. */
    public long done() {
      return resumed + classified + failed;
    }

    public long allFailed() {
      return failed + failedBefore;
    }

    public double perSecond() {
      return (classified + failed) / seconds;
    }
  }

  /**
   * Passes over what is done.
   *
   * @throws org.residuum.cli.text.CommandFailure where it is not what the manifest names
   */
  long skip(Manifest.Contents done) {
    for (int part = 0; part < done.parts().size(); part++) {
      Names.requireSame(items, this::passOver, done.parts().get(part), part);
    }
    return done.rows();
  }

  /** Its name; nothing is kept for it any longer. */
  private String passOver(T item) {
    if (item instanceof PictureInput input) {
      input.release();
    }
    return name.apply(item);
  }

  /**
   * Classifies those that are left, or until Ctrl-C.
   *
   * @param schema whether classes are wanted, and how many, or values
   * @param resumed how many were passed over
   */
  Summary run(
      Console console,
      PredictionOutput.Runner runner,
      RowSchema schema,
      long resumed,
      Sink<? super T> sink)
      throws IOException {
    long began = System.nanoTime();
    try (Interruption interruption =
            new Interruption(console, "the examples at hand are finished first");
        Classifier classifier = new Classifier(runner.plan(), runner.labels());
        Progress bar = console.progress("predicting", count.orElse(-1))) {
      Count counted = new Count(sink, bar, resumed);
      Stoppable<T> until = new Stoppable<>(items, runner.plan().batch(), interruption::asked);
      if (schema.content() == RowSchema.Content.CLASSES) {
        classifier.classifyAll(
            until, examples, schema.size(), runner.threads(), counted.ofClasses());
      } else {
        classifier.outputsAll(
            until, examples, runner.threads(), counted.ofValues(schema.outputs()));
      }
      until.check();
      double seconds = (System.nanoTime() - began) / 1e9;
      return new Summary(
          resumed, counted.classified, counted.failed, 0, seconds, until.wasStopped());
    }
  }

  @Override
  public void close() throws IOException {
    items.close();
    source.close();
  }

  /** Passes results on under their items' names, moves the bar. */
  private final class Count {
    private final Sink<? super T> sink;
    private final Progress bar;
    private final long resumed;
    private long classified;
    private long failed;

    Count(Sink<? super T> sink, Progress bar, long resumed) {
      this.sink = sink;
      this.bar = bar;
      this.resumed = resumed;
      bar.from(resumed);
    }

    Classifier.PredictionSink<T> ofClasses() {
      return new Classifier.PredictionSink<>() {
        @Override
        public void predicted(T item, List<Prediction> best) throws IOException {
          sink.predicted(item, name.apply(item), best);
          classified++;
        }

        @Override
        public void failed(T item, IOException failure) throws IOException {
          fail(item, failure);
        }

        @Override
        public void flush() throws IOException {
          end();
        }
      };
    }

    Classifier.ItemSink<T, float[]> ofValues(Outputs outputs) {
      return new Classifier.ItemSink<>() {
        @Override
        public void result(T item, float[] values) throws IOException {
          sink.values(name.apply(item), outputs.read(values));
          classified++;
        }

        @Override
        public void failed(T item, IOException failure) throws IOException {
          fail(item, failure);
        }

        @Override
        public void flush() throws IOException {
          end();
        }
      };
    }

    private void fail(T item, IOException failure) throws IOException {
      failed++;
      sink.failed(name.apply(item), Failures.reason(name.apply(item), failure));
    }

    private void end() throws IOException {
      sink.flush();
      bar.at(resumed + classified + failed, failed);
    }
  }
}
