package org.residuum.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.residuum.data.Resize;
import org.residuum.Classifier;
import org.residuum.Device;
import org.residuum.Devices;
import org.residuum.Model;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.network.Architectures;
import org.residuum.network.Network;
import org.residuum.network.Shape;

/**
 * Many threads ask one classifier for a long time. A line every interval: memory, threads,
 * throughput, latency; at the end the same batch run by one session alone, before and after.
 */
final class ServiceSoak {
  private static final int PICTURES = 64;

  /** What is measured of the process and its classifier after an interval. */
  private record Line(double seconds, long residentMib, long heapMib, int threads, double perSecond) {}

  private final Model model;
  private final int threads;
  private final int batch;
  private final Duration maxWait = Classifier.Options.DEFAULTS.maxWait();
  private final List<Picture> pictures;
  private final LongAdder answered = new LongAdder();
  private final LongAdder wrong = new LongAdder();

  private ServiceSoak(String architecture, int threads, int batch) {
    Network network = Architectures.build(architecture, Architectures.Request.PUBLISHED);
    Shape shape = Shape.of(3, network.inputs().get(0).shape().extent(2), network.inputs().get(0).shape().extent(3));
    this.model =
        Model.untrained(network, 1)
            .withPreprocessing(
                Preprocessing.cifar10().withShape(shape).withResize(Resize.squash()));
    this.threads = threads;
    this.batch = batch;
    this.pictures = IntStream.range(0, PICTURES).mapToObj(seed -> noise(seed, shape)).toList();
  }

  private static Picture noise(int seed, Shape shape) {
    byte[] pixels = new byte[shape.elements()];
    new SplittableRandom(seed).nextBytes(pixels);
    return new Picture(shape.extent(1), shape.extent(2), 3, pixels);
  }

  /** Arguments: network, threads, batch, minutes, seconds an interval. */
  public static void main(String[] args) throws Exception {
    ServiceSoak soak =
        new ServiceSoak(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    soak.run(Double.parseDouble(args[3]) * 60, Double.parseDouble(args[4]));
  }

  private void run(double seconds, double interval) throws Exception {
    try (Device device = Devices.open("cpu")) {
      double before = batchSeconds(device);
      List<Line> lines;
      Classifier.Metrics metrics;
      Classifier.Options options = Classifier.Options.DEFAULTS.withBatch(batch);
      try (Classifier classifier = Classifier.open(model, List.of(device), options)) {
        classifier.warmUp();
        lines = soak(classifier, seconds, interval);
        metrics = classifier.metrics();
      }
      double after = batchSeconds(device);
      report(lines, metrics, before, after);
    }
  }

  /** A batch's own time: the median of runs by one session, for three seconds. */
  private double batchSeconds(Device device) {
    Preprocessing preprocessing = model.preprocessing().orElseThrow();
    CompileOptions options = CompileOptions.batch(batch).feed("x", preprocessing.feed(255));
    try (Plan plan = device.backend().compile(model.network(), model.parameters(), options);
        Session session = plan.session()) {
      List<Double> times = new ArrayList<>();
      long end = System.nanoTime() + 3_000_000_000L;
      while (System.nanoTime() < end || times.size() < 5) {
        long began = System.nanoTime();
        session.run();
        times.add((System.nanoTime() - began) / 1e9);
      }
      times.sort(null);
      return times.get(times.size() / 2);
    }
  }

  private List<Line> soak(Classifier classifier, double seconds, double interval)
      throws InterruptedException, IOException {
    int[] expected = new int[PICTURES];
    for (int i = 0; i < PICTURES; i++) {
      expected[i] = classifier.classify(pictures.get(i), 1).get(0).index();
    }
    AtomicBoolean ended = new AtomicBoolean();
    List<Thread> callers = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int first = t;
      callers.add(new Thread(() -> ask(classifier, expected, first, ended), "caller-" + t));
    }
    callers.forEach(Thread::start);
    System.out.println("| s | resident MiB | heap MiB | threads | pictures/s | p50 ms | p99 ms | fill |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    List<Line> lines = new ArrayList<>();
    long began = System.nanoTime();
    for (int i = 1; i * interval <= seconds; i++) {
      long from = answered.sum();
      Thread.sleep((long) (interval * 1000));
      double now = (System.nanoTime() - began) / 1e9;
      double time = now - (lines.isEmpty() ? 0 : lines.get(lines.size() - 1).seconds);
      Line line = line(now, (answered.sum() - from) / time);
      lines.add(line);
      print(line, classifier.metrics());
    }
    ended.set(true);
    for (Thread caller : callers) {
      caller.join();
    }
    return lines;
  }

  private void ask(Classifier classifier, int[] expected, int first, AtomicBoolean ended) {
    for (int i = first; !ended.get(); i++) {
      int which = i % PICTURES;
      int found = classifier.classify(pictures.get(which), 1).get(0).index();
      answered.increment();
      if (found != expected[which]) {
        wrong.increment();
      }
    }
  }

  private static Line line(double seconds, double perSecond) throws IOException {
    long resident = 0;
    int threads = 0;
    for (String status : Files.readAllLines(Path.of("/proc/self/status"))) {
      String[] words = status.split("\\s+");
      resident = words[0].equals("VmRSS:") ? Long.parseLong(words[1]) >> 10 : resident;
      threads = words[0].equals("Threads:") ? Integer.parseInt(words[1]) : threads;
    }
    Runtime runtime = Runtime.getRuntime();
    long heap = (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    return new Line(seconds, resident, heap, threads, perSecond);
  }

  private static void print(Line line, Classifier.Metrics metrics) {
    System.out.printf(
        Locale.ROOT,
        "| %.0f | %d | %d | %d | %.0f | %.1f | %.1f | %.2f |%n",
        line.seconds,
        line.residentMib,
        line.heapMib,
        line.threads,
        line.perSecond,
        metrics.latency().p50().toNanos() / 1e6,
        metrics.latency().p99().toNanos() / 1e6,
        metrics.batchFill());
  }

  private void report(
      List<Line> lines, Classifier.Metrics metrics, double before, double after) {
    double own = (before + after) / 2;
    double bound = 3 * own + maxWait.toNanos() / 1e9;
    double perSecond = lines.stream().mapToDouble(Line::perSecond).average().orElse(0);
    System.out.printf(
        Locale.ROOT,
        "%n%s, %d threads, batch %d: %d answers, %d wrong, %d errors%n"
            + "a batch alone: %.1f ms before, %.1f ms after, %.0f pictures/s%n"
            + "coalesced: %.0f pictures/s, %.2f of that%n"
            + "p99 %.1f ms; three batches and the wait: %.1f ms%n"
            + "resident: %d MiB after the first interval, %d MiB after the last%n",
        model.network().name(),
        threads,
        batch,
        answered.sum(),
        wrong.sum(),
        metrics.errors(),
        before * 1e3,
        after * 1e3,
        batch / own,
        perSecond,
        perSecond * own / batch,
        metrics.latency().p99().toNanos() / 1e6,
        bound * 1e3,
        lines.get(0).residentMib,
        lines.get(lines.size() - 1).residentMib);
  }
}
