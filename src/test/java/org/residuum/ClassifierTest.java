package org.residuum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;

/** One classifier for many threads, and buffers that do not fit its network. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClassifierTest {
  private static final int THREADS = 32;

  /** Of all threads; {@code -Dresiduum.calls=9600} makes as many as once brought 8 wrong ones. */
  private static final int CALLS = Integer.getInteger("residuum.calls", 640);

  private static final int FEATURES = 8;
  private static final int EXAMPLES = 64;
  private static final Network NETWORK = network();

  private static final Preprocessing IDENTITY =
      new Preprocessing(Shape.of(FEATURES), new float[FEATURES], ones(FEATURES), Resize.none());

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static Network network() {
    NetworkBuilder net = new NetworkBuilder("classifier");
    net.output("logits", net.dense("fc", net.input("x", Shape.batch(FEATURES)), 5));
    return net.build();
  }

  private static TrainingBackend backend(String name) {
    return switch (name) {
      case "reference" -> new ReferenceBackend();
      case "cpu" -> new CpuBackend();
      case "cuda" -> EmulatedBackend.open(Precision.FP32);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Plan plan(TrainingBackend backend, int batch) {
    return backend.compile(
        NETWORK, new Initializer(1).initialize(NETWORK), CompileOptions.batch(batch));
  }

  private static float[] example(int number) {
    SplittableRandom random = new SplittableRandom(number);
    float[] x = new float[FEATURES];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  /** Examples number, number + 1, ... one behind the other. */
  private static FloatBuffer examples(int number, int count) {
    FloatBuffer buffer = FloatBuffer.allocate(count * FEATURES);
    for (int i = 0; i < count; i++) {
      buffer.put(example((number + i) % EXAMPLES));
    }
    return buffer;
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "cuda"})
  void eachThreadGetsItsOwnAnswers(String backend) throws Exception {
    try (Plan plan = plan(backend(backend), 2);
        Classifier shared = new Classifier(plan, List.of())) {
      List<List<Prediction>> expected = shared.classify(examples(0, EXAMPLES), EXAMPLES, 5);
      List<Future<Integer>> wrong = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int own = t;
        wrong.add(threads.submit(() -> wrongAnswers(shared, expected, own)));
      }
      int sum = 0;
      for (Future<Integer> future : wrong) {
        sum += future.get();
      }
      assertEquals(0, sum, "of " + CALLS + " calls");
    }
  }

  private static int wrongAnswers(Classifier shared, List<List<Prediction>> expected, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int wrong = 0;
    for (int call = 0; call < CALLS / THREADS; call++) {
      int number = random.nextInt(EXAMPLES);
      int count = 1 + random.nextInt(3);
      List<List<Prediction>> own =
          IntStream.range(0, count).mapToObj(i -> expected.get((number + i) % EXAMPLES)).toList();
      if (call % 4 == 3) {
        float[][] scores = shared.scores(examples(number, count), count);
        for (int i = 0; i < count; i++) {
          wrong += isBest(scores[i], own.get(i).get(0).index()) ? 0 : 1;
        }
      } else {
        wrong += own.equals(shared.classify(examples(number, count), count, 5)) ? 0 : 1;
      }
    }
    return wrong;
  }

  private static boolean isBest(float[] scores, int best) {
    return IntStream.range(0, scores.length).allMatch(k -> scores[k] <= scores[best]);
  }

  @Test
  void whileResultsAreToComeOtherThreadsAreRefused() throws Exception {
    try (Plan plan = plan(EmulatedBackend.open(Precision.FP32), 2);
        Classifier classifier = new Classifier(plan, List.of())) {
      List<List<Prediction>> results = new ArrayList<>();
      classifier.start(examples(0, 2), 2, 1, results::add);
      Future<?> other = threads.submit(() -> classifier.classify(examples(0, 1), 1, 1));
      String refusal = assertThrows(ExecutionException.class, other::get).getMessage();
      assertTrue(refusal.contains("are under way"), refusal);
      classifier.finish();
      assertEquals(2, results.size());
      assertEquals(1, threads.submit(() -> classifier.classify(examples(0, 1), 1, 1)).get().size());
    }
  }

  @Test
  void abandonedResultsDoNotCome() throws Exception {
    try (Plan plan = plan(EmulatedBackend.open(Precision.FP32), 2);
        Classifier classifier = new Classifier(plan, List.of())) {
      List<List<Prediction>> results = new ArrayList<>();
      classifier.start(examples(0, 2), 2, 1, results::add);
      threads.submit(classifier::abandon).get();
      assertEquals(1, threads.submit(() -> classifier.classify(examples(0, 1), 1, 1)).get().size());
      assertTrue(results.isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "cuda"})
  void closeWithinASinkEndsTheCallAndTheClassifier(String backend) {
    try (Plan plan = plan(backend(backend), 1)) {
      Classifier classifier = new Classifier(plan, List.of());
      assertThrows(
          IllegalStateException.class,
          () -> {
            classifier.start(examples(0, 4), 4, 1, best -> classifier.close());
            classifier.finish();
          });
      assertThrows(IllegalStateException.class, () -> classifier.classify(examples(0, 1), 1, 1));
      classifier.close();
    }
  }

  @Test
  void sinkThatPredictsIsRefused() {
    try (Plan plan = plan(new CpuBackend(), 1);
        Classifier classifier = new Classifier(plan, List.of())) {
      String message =
          assertThrows(
                  IllegalStateException.class,
                  () ->
                      classifier.start(
                          examples(0, 1), 1, 1, best -> classifier.classify(examples(1, 1), 1, 1)))
              .getMessage();
      assertTrue(message.contains("cannot start or finish others"), message);
      assertEquals(1, classifier.classify(examples(0, 1), 1, 1).size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "cuda"})
  void closeAgainstPredictTellsThatItIsClosed(String backend) throws Exception {
    try (Plan plan = plan(backend(backend), 2)) {
      for (int round = 0; round < 30; round++) {
        Classifier classifier = new Classifier(plan, List.of());
        CountDownLatch begun = new CountDownLatch(4);
        List<Future<String>> ends = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
          ends.add(threads.submit(() -> predictUntilClosed(classifier, begun)));
        }
        begun.await();
        classifier.close();
        for (Future<String> end : ends) {
          assertEquals("this classifier of classifier is closed", end.get());
        }
      }
    }
  }

  private static String predictUntilClosed(Classifier classifier, CountDownLatch begun) {
    try {
      while (true) {
        classifier.classify(examples(0, 3), 3, 1);
        begun.countDown();
      }
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }

  @Test
  void preprocessingOfAnotherSizeIsRefusedWhereItIsGiven() {
    Network large = ResNets.cifar(8, Shape.of(3, 64, 64), 10, ResidualBlocks.Shortcut.ZERO_PAD);
    try (Plan plan =
        new CpuBackend()
            .compile(large, new Initializer(1).initialize(large), CompileOptions.batch(1))) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new Classifier(plan, List.of(), Preprocessing.cifar10()))
              .getMessage();
      assertTrue(message.contains("(N, 3, 64, 64)"), message);
      assertTrue(message.contains("(3, 32, 32)"), message);
      assertThrows(
          IllegalArgumentException.class,
          () -> new Classifier(plan, List.of(), Preprocessing.mnist()));
    }
  }

  @Test
  void exampleOfAnotherSizeIsRefused() {
    Network large = ResNets.cifar(8, Shape.of(3, 64, 64), 10, ResidualBlocks.Shortcut.ZERO_PAD);
    Picture picture = new Picture(32, 32, 3, new byte[32 * 32 * 3]);
    try (Plan plan =
            new CpuBackend()
                .compile(large, new Initializer(1).initialize(large), CompileOptions.batch(1));
        Classifier classifier = new Classifier(plan, List.of())) {
      FloatBuffer corner = FloatBuffer.allocate(3 * 64 * 64);
      Preprocessing.cifar10().apply(picture, corner);
      String message =
          assertThrows(IllegalArgumentException.class, () -> classifier.classify(corner, 1, 1))
              .getMessage();
      assertTrue(message.startsWith("3072 values were put into the buffer"), message);
      assertTrue(message.contains("(3, 64, 64) has 12288"), message);
      assertThrows(IllegalArgumentException.class, () -> classifier.scores(corner, 1));
      assertThrows(
          IllegalArgumentException.class, () -> classifier.start(corner, 1, 1, best -> {}));
      assertThrows(
          IllegalArgumentException.class,
          () -> classifier.classify(FloatBuffer.allocate(3 * 32 * 32), 1, 1));
      corner.clear();
      for (int count : new int[] {-1, Integer.MAX_VALUE}) {
        assertThrows(IllegalArgumentException.class, () -> classifier.classify(corner, count, 1));
        assertThrows(IllegalArgumentException.class, () -> classifier.scores(corner, count));
      }
      String room =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> Preprocessing.imagenet().apply(picture, FloatBuffer.allocate(12288)))
              .getMessage();
      assertTrue(room.contains("(3, 224, 224) has 150528 values"), room);
      assertTrue(room.contains("room for 12288"), room);
    }
  }

  @Test
  void streamTellsOfExamplesThatAreNotWhole() throws IOException {
    try (Plan plan = plan(new CpuBackend(), 2);
        Classifier classifier = new Classifier(plan, List.of())) {
      List<String> failures = new ArrayList<>();
      List<Integer> predicted = new ArrayList<>();
      classifier.classifyAll(
          List.of(0, 1, 2).iterator(),
          Examples.ofVectors(IDENTITY, item -> new float[item == 1 ? FEATURES - 1 : FEATURES]),
          1,
          2,
          new Classifier.PredictionSink<>() {
            @Override
            public void predicted(Integer item, List<Prediction> predictions) {
              predicted.add(item);
            }

            @Override
            public void failed(Integer item, IOException cause) {
              failures.add(cause.getMessage());
            }
          });
      assertEquals(List.of(0, 2), predicted);
      assertEquals(1, failures.size());
      assertTrue(
          failures.get(0).contains("1: a vector of 7 values for an input of (8)"), failures.get(0));
    }
  }

  /** The same pictures as floats, as bytes, and from a stream as bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu", "cuda"})
  void picturesAsBytesGiveTheSamePredictions(String name) throws IOException {
    Network network = ResNets.cifar(8, Shape.of(3, 8, 8), 4, ResidualBlocks.Shortcut.ZERO_PAD);
    Preprocessing preprocessing =
        new Preprocessing(
            Shape.of(3, 8, 8),
            new float[] {0.4f, 0.5f, 0.6f},
            new float[] {0.2f, 0.25f, 0.3f},
            Resize.squash());
    List<Picture> pictures = IntStream.range(0, 5).mapToObj(ClassifierTest::noise).toList();
    Examples<Integer> examples =
        Examples.ofPictures(preprocessing, item -> preprocessing.fit(pictures.get(item)));
    CompileOptions floats = CompileOptions.batch(2);
    Backend backend = backend(name);
    Parameters weights = new Initializer(1).initialize(network);
    List<List<Prediction>> expected;
    try (Plan plan = backend.compile(network, weights, floats);
        Classifier classifier = new Classifier(plan, List.of(), preprocessing)) {
      expected = classifier.classify(pictures, 4);
    }
    try (Plan plan = backend.compile(network, weights, examples.fed(network, floats));
        Classifier classifier = new Classifier(plan, List.of(), preprocessing)) {
      List<List<Prediction>> bytes = classifier.classify(pictures, 4);
      for (int i = 0; i < 5; i++) {
        assertEquals(expected.get(i).get(0).index(), bytes.get(i).get(0).index());
        assertEquals(expected.get(i).get(0).probability(), bytes.get(i).get(0).probability(), 1e-5);
      }
      assertEquals(bytes, stream(classifier, examples, 5));
      assertThrows(IllegalStateException.class, () -> classifier.classify(examples(0, 24), 1, 1));
    }
  }

  private static Picture noise(int seed) {
    byte[] pixels = new byte[9 * 7 * 3];
    new SplittableRandom(seed).nextBytes(pixels);
    return new Picture(9, 7, 3, pixels);
  }

  private static List<List<Prediction>> stream(
      Classifier classifier, Examples<Integer> examples, int count) throws IOException {
    List<List<Prediction>> results = new ArrayList<>();
    classifier.classifyAll(
        IntStream.range(0, count).iterator(),
        examples,
        4,
        2,
        new Classifier.PredictionSink<Integer>() {
          @Override
          public void predicted(Integer item, List<Prediction> predictions) {
            results.add(predictions);
          }

          @Override
          public void failed(Integer item, IOException cause) throws IOException {
            throw cause;
          }
        });
    return results;
  }

  /** A stream that ends in a failure leaves the classifier to others. */
  @Test
  void failedStreamLeavesThePredictorUsable() throws Exception {
    try (Plan plan = plan(EmulatedBackend.open(Precision.FP32), 1);
        Classifier classifier = new Classifier(plan, List.of())) {
      Examples<Integer> vectors = Examples.ofVectors(IDENTITY, ClassifierTest::example);
      assertThrows(
          IOException.class,
          () ->
              classifier.classifyAll(
                  IntStream.range(0, 9).iterator(),
                  vectors,
                  1,
                  1,
                  new Classifier.PredictionSink<Integer>() {
                    @Override
                    public void predicted(Integer item, List<Prediction> predictions)
                        throws IOException {
                      throw new IOException("full");
                    }

                    @Override
                    public void failed(Integer item, IOException cause) {}
                  }));
      assertEquals(1, threads.submit(() -> classifier.classify(examples(0, 1), 1, 1)).get().size());
    }
  }
}
