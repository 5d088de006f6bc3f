package org.residuum.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.residuum.data.InvalidDataException;

/**
 * Classifies any number of items, files for example, in their order. While one batch runs, the next
 * travels to the device and other threads decode the one behind it.
 */
public final class PredictionStream<T> {
  /** Decodes an item; called from several threads at once. */
  @FunctionalInterface
  public interface Decoder<T> {
    /**
     * Puts one preprocessed example, (H, W, C) or (F), at the start of {@code into}.
     *
     * @throws IOException where the item cannot be decoded; it goes to {@link Sink#failed}, as does
     *     anything else that is thrown
     */
    void decode(T item, FloatBuffer into) throws IOException;
  }

  /** Takes the results, on the calling thread. */
  public interface Sink<T> {
    /** The likeliest classes of an item, the likeliest first. */
    void predicted(T item, List<Prediction> predictions) throws IOException;

    /**
     * An item that could not be decoded, or for which the network gives NaN or an infinity;
     * throwing ends the stream.
     */
    void failed(T item, IOException cause) throws IOException;

    /** All results at hand are given; more may take a while. */
    default void flush() throws IOException {}
  }

  /** An item whose result is to come; what went wrong in decoding it, or null. */
  private record Expected<T>(T item, IOException failure) {}

  private final Predictor predictor;
  private final GuardedDecoder<T> guarded;
  private final int elements;

  public PredictionStream(Predictor predictor, Decoder<T> decoder) {
    this.predictor = predictor;
    this.guarded = new GuardedDecoder<>(decoder);
    this.elements = predictor.exampleShape().elements();
  }

  /**
   * Classifies all the items.
   *
   * @param top how many classes an item at most
   * @param threads that decode
   */
  public void run(Iterator<? extends T> items, int top, int threads, Sink<? super T> sink)
      throws IOException {
    ExecutorService decoders = Executors.newFixedThreadPool(threads, PredictionStream::thread);
    try {
      Slot current = new Slot();
      Slot next = new Slot();
      Results results = new Results();
      current.fill(items, decoders);
      while (!current.items.isEmpty()) {
        next.fill(items, decoders);
        current.start(top, results);
        results.give(sink);
        Slot free = current;
        current = next;
        next = free;
      }
      predictor.finish();
      results.give(sink);
    } catch (IOException | RuntimeException | Error e) {
      abandon(e);
      throw e;
    } finally {
      decoders.shutdownNow();
    }
  }

  /** The predictor serves others again. */
  private void abandon(Throwable failure) {
    try {
      predictor.abandon();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "residuum-decoder");
    thread.setDaemon(true);
    return thread;
  }

  /** What came back and whose it is. */
  private final class Results {
    private final Deque<Expected<T>> expected = new ArrayDeque<>();
    private final Deque<List<Prediction>> come = new ArrayDeque<>();

    void give(Sink<? super T> sink) throws IOException {
      if (come.isEmpty()) {
        return;
      }
      while (!come.isEmpty()) {
        List<Prediction> predictions = come.remove();
        Expected<T> next = expected.remove();
        if (next.failure != null) {
          sink.failed(next.item, next.failure);
        } else if (predictions.isEmpty()) {
          sink.failed(next.item, notFinite(next.item));
        } else {
          sink.predicted(next.item, predictions);
        }
      }
      sink.flush();
    }
  }

  private static IOException notFinite(Object item) {
    return new InvalidDataException(item + ": " + NotFiniteException.REASON);
  }

  /** A batch in the making. */
  private final class Slot {
    private final List<T> items = new ArrayList<>();
    private final List<Future<?>> decoded = new ArrayList<>();

    /** (batch, H, W, C) */
    private final FloatBuffer examples =
        ByteBuffer.allocateDirect(
                Math.multiplyExact(predictor.batch(), Math.multiplyExact(elements, Float.BYTES)))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();

    void fill(Iterator<? extends T> source, ExecutorService decoders) {
      items.clear();
      decoded.clear();
      while (items.size() < predictor.batch() && source.hasNext()) {
        T item = source.next();
        FloatBuffer into = example(items.size());
        items.add(item);
        decoded.add(decoders.submit(() -> guarded.decode(item, into)));
      }
    }

    private FloatBuffer example(int index) {
      return examples.slice(index * elements, elements);
    }

    void start(int top, Results results) throws IOException {
      for (int i = 0; i < items.size(); i++) {
        IOException failure = guarded.failure(items.get(i), example(i), decoded.get(i));
        if (failure != null) { // What is there is half an example, or another's.
          example(i).put(new float[elements]);
        }
        results.expected.add(new Expected<>(items.get(i), failure));
      }
      predictor.start(examples, items.size(), top, results.come::add);
    }
  }
}
