package org.residuum;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.residuum.backend.Feed;
import org.residuum.backend.Plan;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.network.Network;
import org.residuum.serve.Ahead;
import org.residuum.serve.Head;
import org.residuum.serve.Limits;
import org.residuum.serve.Meter;
import org.residuum.serve.Plans;
import org.residuum.serve.Service;
import org.residuum.train.loop.Inputs;
import org.residuum.train.loop.Scores;

/**
 * What computes for a classifier, opened when it is first needed: one session for calls with many
 * examples, and a service for single ones.
 */
final class Engines implements AutoCloseable {
  /**
   * What is run.
   *
   * @param plan of the largest batch, on the first device
   * @param afterwards called when all is closed
   */
  private record Source(Plan plan, Ranking ranking, List<Plans> devices, Runnable afterwards) {}

  private final String what;
  private final Source source;
  private final Preprocessing preprocessing;
  private final Classifier.Options options;

  /** Null where a caller's plan is all there is. */
  private final Model model;

  private Bulk bulk;
  private Service service;
  private boolean closed;

  private Engines(
      Source source, Preprocessing preprocessing, Classifier.Options options, Model model) {
    this.what = "this classifier of " + source.plan.network().name();
    this.source = source;
    this.preprocessing = preprocessing;
    this.options = options;
    this.model = model;
  }

  /**
   * A plan of the caller's, which is not closed here.
   *
   * @param preprocessing null where examples come preprocessed
   */
  static Engines of(Plan plan, List<String> labels, Preprocessing preprocessing) {
    Inputs.of(plan.network());
    if (preprocessing != null) {
      Inputs.matching(plan.network(), preprocessing.inputShape(), "this preprocessing");
    }
    List<Plan> own = List.of(plan);
    Plans only = new DevicePlans("plan", (head, batches) -> own, own);
    Source source = new Source(plan, Ranking.of(plan.network(), labels), List.of(only), () -> {});
    return new Engines(
        source, preprocessing, Classifier.Options.DEFAULTS.withBatch(plan.batch()), null);
  }

  /** A model on devices. */
  static Engines of(
      Model model, Preprocessing preprocessing, List<Device> devices, Classifier.Options options) {
    if (devices.isEmpty()) {
      throw new IllegalArgumentException("a classifier needs at least one device");
    }
    if (devices.stream().map(Device::backend).distinct().count() < devices.size()) {
      throw new IllegalArgumentException(
          "a device stands twice among " + devices + "; name each once: its threads are its own");
    }
    if (!options.embeddings().isEmpty()) {
      model.network().upTo(options.embeddings());
    }
    Feed feed = preprocessing.feed(255);
    List<DevicePlans.Compiler> compilers =
        devices.stream()
            .map(device -> DevicePlans.Compiler.of(model, options.embeddings(), device, feed))
            .toList();
    List<Plan> plans = compilers.get(0).compile(Head.LOGITS, Service.sizes(options.batch()));
    Plan largest = plans.get(plans.size() - 1);
    Runnable afterwards = () -> plans.forEach(Plan::close);
    try {
      List<Plans> onDevices = new ArrayList<>();
      for (int i = 0; i < devices.size(); i++) {
        String name = devices.get(i).backend().name();
        onDevices.add(new DevicePlans(name, compilers.get(i), i == 0 ? plans : List.of()));
      }
      Ranking ranking = Ranking.of(largest.network(), model.labels(), model.outputs().task());
      return new Engines(
          new Source(largest, ranking, onDevices, afterwards), preprocessing, options, model);
    } catch (RuntimeException e) {
      afterwards.run();
      throw e;
    }
  }

  Network network() {
    return source.plan.network();
  }

  Classifier.Options options() {
    return options;
  }

  /** The session for calls with many examples. */
  synchronized Bulk bulk() {
    requireOpen();
    if (bulk == null) {
      bulk = new Bulk(what, source.plan, source.ranking, source.devices.get(0).computing());
    }
    return bulk;
  }

  private synchronized Service service() {
    requireOpen();
    if (service == null) {
      Limits limits =
          new Limits(
              options.batch(),
              options.maxWait().toNanos(),
              options.queue(),
              options.timeout().toNanos());
      service =
          new Service(
              what,
              limits,
              Ranking.example(network()).elements(),
              model != null,
              Devices.usualThreads(),
              source.devices);
    }
    return service;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(what + " is closed");
    }
  }

  Preprocessing requirePreprocessing() {
    if (preprocessing == null) {
      throw new IllegalStateException(
          "this classifier has no preprocessing for pictures; open it with one");
    }
    return preprocessing;
  }

  private boolean takesBytes() {
    requirePreprocessing();
    return model == null ? bulk().takesPictures(preprocessing) : preprocessing.isPicture();
  }

  private void require(Head head) {
    if (head == Head.EMBEDDING && model == null) {
      throw new IllegalStateException(
          what
              + " was opened with a plan, which gives its outputs alone; for embeddings open it"
              + " with a model: Classifier.open(model, device)");
    }
    if (head == Head.EMBEDDING && options.embeddings().isEmpty()) {
      model.embeddingLayer();
    }
  }

  /** A picture's row of outputs; see {@link Service#ask}. */
  <E extends Exception> float[] ask(Head head, Photo<E> photo) throws E {
    require(head);
    boolean asBytes = takesBytes();
    return service().ask(head, () -> photo.example(preprocessing, asBytes));
  }

  /** The same, later; see {@link Service#submit}. */
  <R> CompletableFuture<R> submit(
      Head head, Photo<?> photo, boolean waits, Function<float[], R> reading) {
    require(head);
    boolean asBytes = takesBytes();
    return service().submit(head, waits, () -> photo.example(preprocessing, asBytes), reading);
  }

  /** The results of many pictures in their order, twice a batch of them under way. */
  <R> Stream<R> stream(Stream<Picture> pictures, Function<float[], R> reading) {
    requirePreprocessing();
    Ahead<Picture, R> ahead =
        new Ahead<>(
            pictures.iterator(),
            2 * options.batch(),
            picture -> submit(Head.LOGITS, Photo.of(picture), true, reading));
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(ahead, Spliterator.ORDERED), false)
        .onClose(ahead::close)
        .onClose(pictures::close);
  }

  /** Makes the likeliest classes out of a row of outputs. */
  Function<float[], List<Prediction>> best(int top) {
    if (top < 1) {
      throw new IllegalArgumentException("top must be at least 1, not " + top);
    }
    Function<float[], Scores> scoresOf = Scores.ofRows(network());
    return row -> {
      Scores scores = scoresOf.apply(row);
      if (!scores.areFinite(0)) {
        throw new NotFiniteException(List.of(List.of()));
      }
      return source.ranking.best(scores, 0, top);
    };
  }

  void warmUp() {
    Service started = service();
    int elements = Ranking.example(network()).elements();
    boolean asBytes = preprocessing == null ? !bulk().takesFloats() : takesBytes();
    Object zeros = asBytes ? new byte[elements] : new float[elements];
    started.warmUp(Head.LOGITS, zeros);
    if (!options.embeddings().isEmpty()) {
      started.warmUp(Head.EMBEDDING, zeros);
    }
  }

  Classifier.Metrics metrics() {
    Service started;
    synchronized (this) {
      started = service;
    }
    Meter meter = started == null ? new Meter() : started.meter();
    long[] nanos = meter.latencies(0.5, 0.95, 0.99);
    Classifier.Latency latency =
        new Classifier.Latency(
            Duration.ofNanos(nanos[0]), Duration.ofNanos(nanos[1]), Duration.ofNanos(nanos[2]));
    return new Classifier.Metrics(
        meter.answered(),
        meter.failed(),
        meter.unserved(),
        latency,
        started == null ? 0 : started.depth(),
        meter.batches(),
        meter.meanBatch() / options.batch());
  }

  @Override
  public void close() {
    Service started;
    Bulk opened;
    synchronized (this) {
      closed = true;
      started = service;
      opened = bulk;
    }
    try {
      if (started != null) {
        started.close();
      }
    } finally {
      if (opened != null) {
        opened.close();
      }
      source.afterwards.run();
    }
  }
}
