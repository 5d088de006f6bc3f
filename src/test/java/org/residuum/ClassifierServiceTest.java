package org.residuum;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

/** A classifier as a service uses it: single pictures, from many threads. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClassifierServiceTest {
  /** {@code -Dresiduum.closeRounds=1000} has more rounds than the default. */
  private static final int ROUNDS = Integer.getInteger("residuum.closeRounds", 60);

  private static final Shape IMAGE = Shape.of(3, 8, 8);
  private static final Model MODEL =
      Model.untrained(ResNets.cifar(8, IMAGE, 4, ResidualBlocks.Shortcut.ZERO_PAD), 1)
          .withPreprocessing(Preprocessing.cifar10().withShape(IMAGE))
          .withLabels(List.of("a", "b", "c", "d"));
  private static final List<Picture> PICTURES =
      IntStream.range(0, 24).mapToObj(ClassifierServiceTest::noise).toList();

  private final ExecutorService callers = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    callers.shutdownNow();
  }

  private static Picture noise(int seed) {
    byte[] pixels = new byte[9 * 7 * 3];
    new SplittableRandom(seed).nextBytes(pixels);
    return new Picture(9, 7, 3, pixels);
  }

  private static Device device(String name) {
    TrainingBackend backend =
        switch (name) {
          case "cpu" -> new CpuBackend();
          case "cuda" -> EmulatedBackend.open(Precision.FP32);
          default -> new ReferenceBackend();
        };
    return new Device(backend, "");
  }

  private static void assertSame(List<Prediction> expected, List<Prediction> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).label(), actual.get(i).label());
      assertEquals(expected.get(i).probability(), actual.get(i).probability(), 1e-5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void everyWayToAskGivesTheSame(String name) throws Exception {
    try (Device device = device(name);
        Classifier classifier = Classifier.open(MODEL, device, 8)) {
      List<List<Prediction>> expected = classifier.classify(PICTURES, 4);
      List<CompletableFuture<List<Prediction>>> later =
          PICTURES.stream().map(picture -> classifier.classifyAsync(picture, 4)).toList();
      List<List<Prediction>> streamed;
      try (Stream<List<Prediction>> results = classifier.classifyAll(PICTURES.stream(), 4)) {
        streamed = results.toList();
      }
      List<Future<List<Prediction>>> threads = new ArrayList<>();
      for (Picture picture : PICTURES) {
        threads.add(callers.submit(() -> classifier.classify(picture, 4)));
      }
      for (int i = 0; i < PICTURES.size(); i++) {
        assertSame(expected.get(i), later.get(i).join());
        assertSame(expected.get(i), streamed.get(i));
        assertSame(expected.get(i), threads.get(i).get());
        float[] logits = classifier.logits(PICTURES.get(i));
        assertArrayEquals(logits, classifier.logitsAsync(PICTURES.get(i)).join(), 1e-5f);
        assertEquals(expected.get(i).get(0).index(), highest(logits));
      }
      Classifier.Metrics metrics = classifier.metrics();
      assertEquals(0, metrics.errors());
      assertEquals(0, metrics.queueDepth());
      assertTrue(metrics.batchFill() > 0 && metrics.batchFill() <= 1, metrics.toString());
      assertTrue(metrics.latency().p50().compareTo(metrics.latency().p99()) <= 0);
      assertTrue(metrics.latency().p50().compareTo(Duration.ZERO) > 0);
    }
  }

  private static int highest(float[] logits) {
    int best = 0;
    for (int k = 1; k < logits.length; k++) {
      best = logits[k] > logits[best] ? k : best;
    }
    return best;
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "cuda"})
  void embeddingsAreThoseOfTheNamedLayer(String name) throws Exception {
    Classifier.Options ofLayer3 = Classifier.Options.DEFAULTS.withBatch(2).withEmbeddings("layer3");
    try (Device device = device(name);
        Classifier usual = Classifier.open(MODEL, device, 2);
        Classifier classifier = Classifier.open(MODEL, List.of(device), ofLayer3)) {
      classifier.warmUp();
      float[] image = classifier.embeddings(PICTURES.get(0));
      float[] pooled = usual.embeddingsAsync(PICTURES.get(0)).get();
      assertEquals(64 * 2 * 2, image.length);
      assertEquals(64, pooled.length);
      double first = (image[0] + (double) image[1] + image[2] + image[3]) / 4;
      assertEquals(first, pooled[0], 1e-5);
    }
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Classifier.open(
                        MODEL, List.of(device(name)), ofLayer3.withEmbeddings("layer9")))
            .getMessage();
    assertTrue(message.contains("has no layer layer9"), message);
  }

  @Test
  void aDeviceIsNamedOnce() {
    try (Device device = Devices.open("cpu")) {
      List<Device> twice = List.of(device, device);
      assertThrows(
          IllegalArgumentException.class,
          () -> Classifier.open(MODEL, twice, Classifier.Options.DEFAULTS));
    }
  }

  @Test
  void classifierOfAPlanHasNoEmbeddings() {
    try (Plan plan =
            new ReferenceBackend()
                .compile(MODEL.network(), MODEL.parameters(), CompileOptions.batch(2));
        Classifier classifier =
            new Classifier(plan, List.of(), MODEL.preprocessing().orElseThrow())) {
      String message =
          assertThrows(IllegalStateException.class, () -> classifier.embeddings(PICTURES.get(0)))
              .getMessage();
      assertTrue(message.contains("open it with a model"), message);
      assertEquals(4, classifier.logits(PICTURES.get(0)).length);
    }
  }

  @Test
  void fileThatIsNoPictureFailsAlone(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("no.jpg");
    Files.writeString(file, "no picture");
    try (Device device = device("reference");
        Classifier classifier = Classifier.open(MODEL, device, 2)) {
      assertThrows(InvalidDataException.class, () -> classifier.classify(file, 1));
      assertInstanceOf(
          InvalidDataException.class,
          assertThrows(CompletionException.class, () -> classifier.classifyAsync(file, 1).join())
              .getCause());
      assertThrows(IOException.class, () -> classifier.classify(folder.resolve("none.jpg"), 1));
      assertEquals(1, classifier.classify(PICTURES.get(0), 1).size());
    }
  }

  @Test
  void scoresThatAreNotFiniteNameNoClass() throws Exception {
    Tensor bias = MODEL.parameters().get("linear.bias");
    Map<String, Tensor> broken = new HashMap<>(MODEL.parameters().asMap());
    broken.put("linear.bias", Tensor.of(bias.shape(), 0, Float.NaN, 0, 0));
    Model model =
        Model.of(MODEL.network(), new Parameters(broken))
            .withPreprocessing(MODEL.preprocessing().orElseThrow());
    try (Device device = device("reference");
        Classifier classifier = Classifier.open(model, device, 2)) {
      assertThrows(NotFiniteException.class, () -> classifier.classify(PICTURES.get(0), 1));
      CompletableFuture<?> later = classifier.classifyAsync(PICTURES.get(0), 1);
      assertInstanceOf(
          NotFiniteException.class,
          assertThrows(CompletionException.class, later::join).getCause());
      assertTrue(Float.isNaN(classifier.logits(PICTURES.get(0))[1]));
    }
  }

  @Test
  void streamIsLazyAndItsFailureEndsIt() throws Exception {
    try (Device device = device("reference");
        Classifier classifier = Classifier.open(MODEL, device, 2)) {
      List<Integer> taken = new ArrayList<>();
      Stream<Picture> endless =
          IntStream.iterate(0, i -> i + 1)
              .peek(taken::add)
              .mapToObj(i -> PICTURES.get(i % PICTURES.size()));
      try (Stream<List<Prediction>> results = classifier.classifyAll(endless, 1)) {
        assertEquals(5, results.limit(5).count());
      }
      assertTrue(taken.size() <= 12, taken.size() + " pictures taken for 5 results");
      try (Stream<List<Prediction>> results =
          classifier.classifyAll(Stream.of(PICTURES.get(0), null, PICTURES.get(1)), 1)) {
        assertInstanceOf(
            NullPointerException.class,
            assertThrows(CompletionException.class, results::toList).getCause());
      }
      assertEquals(1, classifier.classify(PICTURES.get(0), 1).size());
    }
  }

  @Test
  void optionsAreChecked() {
    Classifier.Options usual = Classifier.Options.DEFAULTS;
    assertThrows(IllegalArgumentException.class, () -> usual.withBatch(0));
    assertThrows(IllegalArgumentException.class, () -> usual.withQueue(0));
    Duration negative = Duration.ofMillis(-1);
    assertThrows(IllegalArgumentException.class, () -> usual.withMaxWait(negative));
    assertThrows(IllegalArgumentException.class, () -> usual.withTimeout(Duration.ofDays(366)));
    assertThrows(IllegalArgumentException.class, () -> Classifier.open(MODEL, List.of(), usual));
    assertThrows(
        IllegalArgumentException.class,
        () -> {
          try (Device device = device("reference");
              Classifier classifier = Classifier.open(MODEL, device, 1)) {
            classifier.classify(PICTURES.get(0), 0);
          }
        });
  }

  @Test
  void flightRecorderSeesBatchesAndCompilations(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("recording.jfr");
    try (Recording recording = new Recording();
        Device device = device("reference")) {
      recording.enable("org.residuum.Batch");
      recording.enable("org.residuum.Compile");
      recording.start();
      try (Classifier classifier = Classifier.open(MODEL, device, 2)) {
        classifier.classify(PICTURES.get(0), 1);
        classifier.embeddings(PICTURES.get(0));
      }
      recording.stop();
      recording.dump(file);
    }
    Set<String> seen = new TreeSet<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      seen.add(
          "%s %s on %s"
              .formatted(
                  event.getEventType().getName(),
                  event.getString("output"),
                  event.getString("device")));
      if (event.getEventType().getName().equals("org.residuum.Compile")) {
        assertEquals("[1, 2]", event.getString("batchSizes"));
        assertTrue(event.getDuration().compareTo(Duration.ZERO) > 0);
      } else {
        assertEquals(1, event.getInt("batchSize"));
        assertEquals(1, event.getInt("examples"));
        assertTrue(event.getDuration().compareTo(Duration.ZERO) > 0);
        assertTrue(event.getDuration("longestWait").compareTo(Duration.ZERO) > 0);
        assertEquals(false, event.getBoolean("failed"));
      }
    }
    assertEquals(
        Set.of(
            "org.residuum.Batch EMBEDDING on reference",
            "org.residuum.Batch LOGITS on reference",
            "org.residuum.Compile EMBEDDING on reference",
            "org.residuum.Compile LOGITS on reference"),
        seen);
  }

  /** Closed while four threads ask: each call is answered rightly or told that it is closed. */
  @Test
  void closingAgainstCallsInFlight() throws Exception {
    Preprocessing preprocessing = MODEL.preprocessing().orElseThrow();
    try (Device device = device("cpu");
        Plan plan =
            device
                .backend()
                .compile(
                    MODEL.network(),
                    MODEL.parameters(),
                    CompileOptions.batch(4).feed("x", preprocessing.feed(255)))) {
      List<List<Prediction>> expected;
      try (Classifier classifier = new Classifier(plan, MODEL.labels(), preprocessing)) {
        expected = classifier.classify(PICTURES, 1);
      }
      SplittableRandom random = new SplittableRandom(7);
      for (int round = 0; round < ROUNDS; round++) {
        Classifier classifier = new Classifier(plan, MODEL.labels(), preprocessing);
        CountDownLatch begun = new CountDownLatch(random.nextInt(1, 12));
        List<Future<String>> ends = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
          int first = t;
          ends.add(callers.submit(() -> askUntilClosed(classifier, expected, first, begun)));
        }
        begun.await();
        classifier.close();
        for (Future<String> end : ends) {
          assertEquals("this classifier of resnet8 is closed", end.get(), "round " + round);
        }
      }
    }
  }

  private static String askUntilClosed(
      Classifier classifier, List<List<Prediction>> expected, int first, CountDownLatch begun) {
    List<CompletableFuture<List<Prediction>>> later = new ArrayList<>();
    String end;
    try {
      for (int i = first; ; i++) {
        int which = i % PICTURES.size();
        assertSame(expected.get(which), classifier.classify(PICTURES.get(which), 1));
        if (later.size() < PICTURES.size()) {
          later.add(classifier.classifyAsync(PICTURES.get((first + later.size()) % 24), 1));
        }
        begun.countDown();
      }
    } catch (IllegalStateException e) {
      end = e.getMessage();
    }
    for (int i = 0; i < later.size(); i++) {
      assertSame(expected.get((first + i) % 24), later.get(i).join());
    }
    return end;
  }
}
