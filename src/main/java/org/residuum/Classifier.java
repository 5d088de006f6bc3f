package org.residuum;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.residuum.backend.Plan;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.network.Shape;
import org.residuum.serve.Head;

/**
 * Classifies examples, for any number of threads.
 *
 * <p>Single pictures of all threads are gathered into batches: {@link #classify(Picture, int)},
 * {@link #classifyAsync(Picture, int)}, {@link #logits}, {@link #embeddings} and {@link
 * #classifyAll(Stream, int)}. An example waits {@link Options#maxWait} for others at most, one
 * thread a device computes, and {@link Options} bound the queue and the time. Callers prepare their
 * pictures themselves; those of asynchronous calls are prepared by one thread for each processor,
 * which also completes the futures.
 *
 * <p>Calls with many examples, {@link #classify(FloatBuffer, int, int)}, {@link #start} and {@link
 * #classifyAll(Iterator, Examples, int, int, PredictionSink)}, are batches already: they compute in
 * the calling thread with the largest batch on the first device. Each is whole, the next waits for
 * it.
 */
public final class Classifier implements AutoCloseable {
  private final Engines engines;

  /**
   * A classifier of examples that are preprocessed elsewhere.
   *
   * @param labels the class names in the order of the logits, or none: then numbers from 0
   */
  public Classifier(Plan plan, List<String> labels) {
    this(plan, labels, null);
  }

  /**
   * A classifier with one plan, which runs its batch even for a single picture.
   *
   * @param labels the class names in the order of the logits, or none: then numbers from 0
   * @param preprocessing what the network was trained with; null where it is done elsewhere
   * @throws IllegalArgumentException where it gives examples of another shape than the network
   *     takes
   */
  public Classifier(Plan plan, List<String> labels, Preprocessing preprocessing) {
    this(Engines.of(plan, labels, preprocessing));
  }

  private Classifier(Engines engines) {
    this.engines = engines;
  }

  /** As {@link #open(Model, List, Options)} on one device with {@link Options#DEFAULTS}. */
  public static Classifier open(Model model, Device device) throws IOException {
    return open(model, List.of(device), Options.DEFAULTS);
  }

  /**
   * The same.
   *
   * @param batch the most examples that run at once
   */
  public static Classifier open(Model model, Device device, int batch) throws IOException {
    return open(model, List.of(device), Options.DEFAULTS.withBatch(batch));
  }

  /**
   * Compiles a model for the batch sizes 1, 2, 4, ... on the first of some devices, which have to
   * stay open until this is closed. The other devices, and embeddings, are compiled for when they
   * are first needed, or by {@link #warmUp}.
   *
   * @param devices share the requests, each taking a batch when it is free; one that fails is left
   *     out from then on, and the others answer what it could not
   * @throws org.residuum.format.FormatException where the model is no classifier, or does not say
   *     what happens to its examples first
   */
  public static Classifier open(Model model, List<Device> devices, Options options)
      throws IOException {
    model.requireLabels();
    Preprocessing preprocessing = model.requirePreprocessing();
    return new Classifier(Engines.of(model, preprocessing, devices, options));
  }

  /** The shape of one example: (C, H, W) or (F). */
  public Shape exampleShape() {
    return Ranking.example(engines.network());
  }

  /** The most examples that run at once. */
  public int batch() {
    return engines.options().batch();
  }

  /**
   * The most likely classes of a picture, the likeliest first. Where the queue is full, it waits.
   *
   * @param top how many classes at most
   * @throws IllegalStateException where this classifier was opened without a preprocessing, or is
   *     closed
   * @throws NotFiniteException where the network gives NaN or an infinity
   * @throws CompletionException where its batch failed, with the reason; or of a {@link
   *     TimeoutException}, if {@link Options#timeout} is set
   * @throws CancellationException where this thread is interrupted
   */
  public List<Prediction> classify(Picture picture, int top) {
    Function<float[], List<Prediction>> best = engines.best(top);
    return best.apply(engines.ask(Head.LOGITS, Photo.of(picture)));
  }

  /**
   * The same of a picture file.
   *
   * @throws IOException where it cannot be read
   */
  public List<Prediction> classify(Path picture, int top) throws IOException {
    Function<float[], List<Prediction>> best = engines.best(top);
    return best.apply(engines.ask(Head.LOGITS, Photo.of(picture)));
  }

  /**
   * The same, later. The future ends by what {@code classify} throws, the reason of a failed batch
   * as it is; where the queue is full, by a {@link RejectedExecutionException} at once. Cancelling
   * it gives its place in the queue to others. What depends on it should not block: it runs in one
   * of the threads that prepare pictures.
   */
  public CompletableFuture<List<Prediction>> classifyAsync(Picture picture, int top) {
    return engines.submit(Head.LOGITS, Photo.of(picture), false, engines.best(top));
  }

  /** The same of a picture file, which is read and decoded later, too. */
  public CompletableFuture<List<Prediction>> classifyAsync(Path picture, int top) {
    return engines.submit(Head.LOGITS, Photo.of(picture), false, engines.best(top));
  }

  /**
   * The same of any number of pictures, in their order. The stream is lazy: it takes pictures as
   * its results are asked for, twice a batch ahead, and waits where the queue is full. A failure
   * ends it; closing it gives up what is under way.
   */
  public Stream<List<Prediction>> classifyAll(Stream<Picture> pictures, int top) {
    return engines.stream(pictures, engines.best(top));
  }

  /**
   * The network's outputs for a picture, as they are: logits, or what it gives in their place.
   *
   * @throws CompletionException as {@link #classify(Picture, int)}
   */
  public float[] logits(Picture picture) {
    return engines.ask(Head.LOGITS, Photo.of(picture));
  }

  /** The same, later, as {@link #classifyAsync(Picture, int)}. */
  public CompletableFuture<float[]> logitsAsync(Picture picture) {
    return engines.submit(Head.LOGITS, Photo.of(picture), false, row -> row);
  }

  /**
   * What the layer {@link Options#embeddings} gives for a picture, images as (C, H, W).
   *
   * @throws IllegalStateException where this classifier was opened with a plan
   * @throws CompletionException as {@link #classify(Picture, int)}
   */
  public float[] embeddings(Picture picture) {
    return engines.ask(Head.EMBEDDING, Photo.of(picture));
  }

  /** The same, later, as {@link #classifyAsync(Picture, int)}. */
  public CompletableFuture<float[]> embeddingsAsync(Picture picture) {
    return engines.submit(Head.EMBEDDING, Photo.of(picture), false, row -> row);
  }

  /**
   * Compiles on all devices and runs all batch sizes twice, so that no request waits for a first
   * run. Embeddings are part of it if {@link Options#embeddings} names a layer.
   */
  public void warmUp() {
    engines.warmUp();
  }

  /** What was done so far. */
  public Metrics metrics() {
    return engines.metrics();
  }

  /**
   * The most likely classes of many picture files, which several threads decode; one result a
   * picture.
   *
   * @throws IOException where one of them cannot be read or classified
   */
  public List<List<Prediction>> classifyAll(List<Path> pictures, int top) throws IOException {
    Preprocessing fitting = engines.requirePreprocessing();
    List<List<Prediction>> results = new ArrayList<>();
    PredictionSink<Path> sink =
        new PredictionSink<>() {
          @Override
          public void predicted(Path picture, List<Prediction> predictions) {
            results.add(predictions);
          }

          @Override
          public void failed(Path picture, IOException cause) throws IOException {
            throw cause;
          }
        };
    Examples<Path> examples = Examples.ofPictures(fitting, fitting::fit);
    classifyAll(pictures.iterator(), examples, top, Devices.usualThreads(), sink);
    return results;
  }

  /** The same of several pictures. */
  public List<List<Prediction>> classify(List<Picture> pictures, int top) {
    return engines.bulk().classify(pictures, engines.requirePreprocessing(), top);
  }

  /**
   * The most likely classes of each example, the likeliest first.
   *
   * @param examples preprocessed, (count, H, W, C) or (count, F), any count, from index 0. Their
   *     position is 0, or behind the last, where relative puts leave it.
   * @param top how many classes at most
   * @throws IllegalStateException where the plan was compiled to be fed with bytes, as {@link
   *     #open} does for pictures
   * @throws NotFiniteException where the network gives NaN or an infinity for any of them; it holds
   *     the results of the others
   */
  public List<List<Prediction>> classify(FloatBuffer examples, int count, int top) {
    return engines.bulk().classify(examples, count, top);
  }

  /**
   * The same, but the last results may come later, during further starts and {@link #finish}; the
   * examples may change as soon as this returns. Until finish, or {@link #abandon}, this classifier
   * belongs to the thread that started.
   *
   * @param sink takes the results in the order of the examples, with an empty list for one whose
   *     scores are not all finite
   */
  public void start(
      FloatBuffer examples, int count, int top, Consumer<? super List<Prediction>> sink) {
    engines.bulk().start(examples, count, top, sink);
  }

  /**
   * Classifies any number of items, files for example, in their order. While one batch runs, the
   * next travels to the device and other threads decode the one behind it.
   *
   * @param top how many classes an item at most
   * @param threads that decode
   * @throws IOException where the sink throws it
   */
  public <T> void classifyAll(
      Iterator<? extends T> items,
      Examples<T> examples,
      int top,
      int threads,
      PredictionSink<? super T> sink)
      throws IOException {
    engines.bulk().classifyAll(items, examples, top, threads, sink);
  }

  /**
   * The same, but gives each item's outputs as they are: the logits, or of {@link Model#upTo} the
   * embedding, images as (C, H, W).
   */
  public <T> void outputsAll(
      Iterator<? extends T> items,
      Examples<T> examples,
      int threads,
      ItemSink<? super T, float[]> sink)
      throws IOException {
    engines.bulk().outputsAll(items, examples, threads, sink);
  }

  /** Waits for all results. */
  public void finish() {
    engines.bulk().finish();
  }

  /** Gives up all results that are still to come, whatever thread started them. */
  public void abandon() {
    engines.bulk().abandon();
  }

  /**
   * The network's outputs, (count, classes): logits, or what it gives in their place; of an image,
   * the embedding of a layer, (count, C · H · W).
   *
   * @throws IllegalStateException as {@link #classify(FloatBuffer, int, int)}
   */
  public float[][] scores(FloatBuffer examples, int count) {
    return engines.bulk().scores(examples, count);
  }

  /**
   * Refuses calls from here on and waits for those under way, whose futures are done then; within a
   * sink, or in what depends on a future, it does not wait. Closing twice is harmless.
   */
  @Override
  public void close() {
    engines.close();
  }

  /**
   * How requests of many threads become batches.
   *
   * @param batch the most examples that run at once
   * @param maxWait how long an example waits for others at most while its device is idle; zero
   *     takes what is there
   * @param queue the most requests that are prepared or wait for a device; each holds a picture of
   *     the input's size
   * @param timeout from a call to its answer; zero for any time
   * @param embeddings the layer of {@link Classifier#embeddings}, as {@link Model#upTo} takes it;
   *     empty for {@link Model#embeddingLayer}
   */
  public record Options(
      int batch, Duration maxWait, int queue, Duration timeout, String embeddings) {
    /** Batches of 32 at most, 2 ms, 256 requests, any time. */
    public static final Options DEFAULTS =
        new Options(32, Duration.ofMillis(2), 256, Duration.ZERO, "");

    public Options {
      if (batch < 1 || queue < 1) {
        throw new IllegalArgumentException(
            "batch and queue must be at least 1, not " + batch + " and " + queue);
      }
      requireTime("maxWait", maxWait);
      requireTime("timeout", timeout);
    }

    private static void requireTime(String name, Duration time) {
      if (time.isNegative() || time.compareTo(Duration.ofDays(365)) > 0) {
        throw new IllegalArgumentException(name + " must be zero to a year, not " + time);
      }
    }

    /** The same with another batch. */
    public Options withBatch(int other) {
      return new Options(other, maxWait, queue, timeout, embeddings);
    }

    /** The same with another wait for others. */
    public Options withMaxWait(Duration other) {
      return new Options(batch, other, queue, timeout, embeddings);
    }

    /** The same with another limit of the queue. */
    public Options withQueue(int other) {
      return new Options(batch, maxWait, other, timeout, embeddings);
    }

    /** The same with another limit of time. */
    public Options withTimeout(Duration other) {
      return new Options(batch, maxWait, queue, other, embeddings);
    }

    /** The same with another layer for embeddings. */
    public Options withEmbeddings(String layer) {
      return new Options(batch, maxWait, queue, timeout, layer);
    }
  }

  /**
   * What requests of single pictures came to since this classifier was opened.
   *
   * @param count requests that got their answer
   * @param errors requests whose preparation or batch failed
   * @param unserved requests that were refused, timed out or cancelled
   * @param latency of the newest 4,096, from the call to the answer
   * @param queueDepth requests that are prepared or wait for a device now
   * @param batches that ran
   * @param batchFill examples a batch on the average, as a share of the largest batch
   */
  public record Metrics(
      long count,
      long errors,
      long unserved,
      Latency latency,
      int queueDepth,
      long batches,
      double batchFill) {}

  /** Percentiles; zero where there was nothing. */
  public record Latency(Duration p50, Duration p95, Duration p99) {}

  /**
   * Takes the results of many items, in their order and on the thread that asked for them.
   *
   * @param <R> a result
   */
  public interface ItemSink<T, R> {
    /** The result of an item. */
    void result(T item, R result) throws IOException;

    /**
     * An item that could not be decoded, or for which the network gives NaN or an infinity;
     * throwing ends it all.
     */
    void failed(T item, IOException cause) throws IOException;

    /** All results so far are given; more may take a while. */
    default void flush() throws IOException {}
  }

  /** Takes the likeliest classes of many items. */
  public interface PredictionSink<T> extends ItemSink<T, List<Prediction>> {
    /** The likeliest classes of an item, the likeliest first. */
    void predicted(T item, List<Prediction> predictions) throws IOException;

    @Override
    default void result(T item, List<Prediction> predictions) throws IOException {
      predicted(item, predictions);
    }
  }
}
