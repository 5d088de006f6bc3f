package org.residuum.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.residuum.Classifier;
import org.residuum.Examples;
import org.residuum.Model;
import org.residuum.Prediction;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.data.Preprocessing;
import org.residuum.data.input.PictureInput;
import org.residuum.data.input.PictureInputs;

/** Times pictures on their way from the disk through a network. */
final class PictureBench {
  private final Backend backend;
  private final Model model;
  private final Preprocessing preprocessing;
  private final Bench.Opening pictures;
  private final int threads;

  /**
   * @param threads that decode
   */
  PictureBench(
      Backend backend,
      Model model,
      Preprocessing preprocessing,
      Bench.Opening pictures,
      int threads) {
    this.backend = backend;
    this.model = model;
    this.preprocessing = preprocessing;
    this.pictures = pictures;
    this.threads = threads;
  }

  /**
   * Reads, decodes and fits all pictures once, computing nothing.
   *
   * @return pictures a second
   */
  double decoding() throws IOException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    long began = System.nanoTime();
    try (PictureInputs inputs = pictures.open()) {
      List<Future<Long>> counts =
          IntStream.range(0, threads).mapToObj(i -> pool.submit(() -> decodeAll(inputs))).toList();
      long done = 0;
      for (Future<Long> count : counts) {
        done += count.get();
      }
      return done / ((System.nanoTime() - began) / 1e9);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      pool.shutdownNow();
    }
  }

  private long decodeAll(PictureInputs inputs) throws IOException {
    long done = 0;
    for (PictureInput next = next(inputs); next != null; next = next(inputs)) {
      try {
        preprocessing.fit(next.name(), next.bytes());
      } catch (IOException e) {
        // It counts: looking at a broken picture takes time, too.
      }
      done++;
    }
    return done;
  }

  private static PictureInput next(PictureInputs inputs) throws IOException {
    synchronized (inputs) {
      return inputs.next();
    }
  }

  /**
   * Classifies all pictures once.
   *
   * @param decoding pictures a second, as {@link #decoding} measures them
   * @param computing pictures a second of the device alone at this batch size
   */
  EndToEndFigures run(int batch, double decoding, double computing) throws IOException {
    Examples<PictureInput> examples =
        Examples.ofPictures(
            preprocessing, picture -> preprocessing.fit(picture.name(), picture.bytes()));
    CompileOptions options = examples.fed(model.network(), CompileOptions.batch(batch));
    Counter counter = new Counter();
    try (Plan plan = backend.compile(model.network(), model.parameters(), options);
        Classifier classifier = new Classifier(plan, List.of());
        PictureInputs inputs = pictures.open()) {
      long began = System.nanoTime();
      classifier.classifyAll(new Items(inputs), examples, 1, threads, counter);
      double seconds = (System.nanoTime() - began) / 1e9;
      long all = counter.all;
      return new EndToEndFigures(batch, all, counter.failed, decoding, computing, all / seconds);
    }
  }

  private static final class Counter implements Classifier.PredictionSink<PictureInput> {
    private long all;
    private long failed;

    @Override
    public void predicted(PictureInput item, List<Prediction> predictions) {
      all++;
    }

    @Override
    public void failed(PictureInput item, IOException cause) {
      all++;
      failed++;
    }
  }

  /** Pictures as an iterator. */
  private static final class Items implements Iterator<PictureInput> {
    private final PictureInputs inputs;
    private PictureInput next;

    Items(PictureInputs inputs) throws IOException {
      this.inputs = inputs;
      this.next = inputs.next();
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public PictureInput next() {
      if (next == null) {
        throw new NoSuchElementException("there are no more pictures");
      }
      PictureInput current = next;
      try {
        next = inputs.next();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return current;
    }
  }
}
