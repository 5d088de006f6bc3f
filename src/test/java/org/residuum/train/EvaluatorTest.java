package org.residuum.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.residuum.Classifier;
import org.residuum.Examples;
import org.residuum.Prediction;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.load.Batch;
import org.residuum.data.load.DatasetLoader;
import org.residuum.data.load.Draw;
import org.residuum.data.load.Pass;
import org.residuum.data.source.Datasets;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;

final class EvaluatorTest {
  /** Three of class 0, of which one is taken for 1; one of class 1; none of class 2. */
  @Test
  void precisionRecallAndF1AreOfEachClassAndTheirMeansOfThoseThereAre() {
    Evaluation.ConfusionMatrix matrix =
        new Evaluation.ConfusionMatrix(java.util.List.of("a", "b", "c"));
    matrix.add(0, 0);
    matrix.add(0, 0);
    matrix.add(0, 1);
    matrix.add(1, 1);
    assertEquals(1, matrix.precision(0));
    assertEquals(2.0 / 3, matrix.recall(0));
    assertEquals(0.8, matrix.f1(0), 1e-12);
    assertEquals(2.0 / 3, matrix.f1(1), 1e-12);
    assertEquals((1 + 0.5) / 2, matrix.meanPrecision(), 1e-12);
    assertEquals((2.0 / 3 + 1) / 2, matrix.meanRecall(), 1e-12);
    assertEquals((0.8 + 2.0 / 3) / 2, matrix.meanF1(), 1e-12);
  }

  /** Two bins: four of 0.9, three right; one of 0.5, wrong. */
  @Test
  void calibrationErrorIsTheMeanDistanceOfConfidenceAndAccuracy() {
    Evaluation.Calibration calibration = new Evaluation.Calibration();
    for (int i = 0; i < 4; i++) {
      calibration.add(0.9, i > 0);
    }
    calibration.add(0.5, false);
    assertEquals((4 * 0.15 + 0.5) / 5, calibration.error(), 1e-12);
    assertEquals(4, calibration.count(13));
    assertEquals(0.75, calibration.accuracy(13), 1e-12);
    assertEquals(0.9, calibration.confidence(13), 1e-12);
    assertTrue(Double.isNaN(new Evaluation.Calibration().error()));
  }

  @Test
  void surestMistakesAreKeptInOrder() {
    Evaluation.Calibration calibration = new Evaluation.Calibration();
    calibration.add(new Evaluation.Answer(0, 1, 1, 0.99, 0.99));
    for (int i = 1; i <= 100; i++) {
      boolean kept = calibration.add(new Evaluation.Answer(i, 0, 1, i * 37 % 101 / 101.0, 0.01));
      assertTrue(kept || i > 24, "mistake " + i);
    }
    assertFalse(calibration.add(new Evaluation.Answer(101, 0, 1, 0.001, 0.01)));
    assertEquals(
        IntStream.range(0, 24).mapToObj(i -> (100 - i) / 101.0).toList(),
        calibration.surestMistakes().stream().map(Evaluation.Answer::confidence).toList());
  }

  private static final ReferenceBackend BACKEND = new ReferenceBackend();
  private static final Network NETWORK =
      ResNets.cifar(8, Shape.of(3, 8, 8), 3, ResidualBlocks.Shortcut.ZERO_PAD);

  private static Plan plan(Network network, int batch) {
    Parameters parameters = new Initializer(5).initialize(network);
    return BACKEND.compile(network, parameters, CompileOptions.batch(batch));
  }

  private static Evaluation evaluate(Dataset data, int planBatch, int loadBatch)
      throws IOException {
    try (Plan plan = plan(NETWORK, planBatch);
        Evaluator evaluator = new Evaluator(data, Preprocessing.of(data), loadBatch, 1)) {
      return evaluator.evaluate(plan);
    }
  }

  @Test
  void batchSizeAndPaddingDoNotChangeTheFigures() throws IOException {
    Dataset data = TinyData.colours(23, 6);
    Evaluation whole = evaluate(data, 23, 23);
    for (int batch : new int[] {1, 4, 23, 64}) {
      Evaluation cut = evaluate(data, batch, 10);
      assertEquals(23, cut.examples());
      assertEquals(whole.loss(), cut.loss(), 1e-6, "batch " + batch);
      assertEquals(whole.top1(), cut.top1(), "batch " + batch);
      assertEquals(1, cut.top5(), "there are three classes");
    }
  }

  @Test
  void figuresAreThoseComputedByHandFromTheLogits() throws IOException {
    Dataset data = TinyData.colours(17, 6);
    Preprocessing preprocessing = Preprocessing.of(data);
    Evaluation evaluation = evaluate(data, 5, 6);
    float[][] logits;
    try (Plan plan = plan(NETWORK, 4);
        Classifier classifier = new Classifier(plan, data.labels())) {
      logits = classifier.scores(examples(data, preprocessing), data.size());
    }
    int[][] confusion = new int[3][3];
    double loss = 0;
    for (int i = 0; i < data.size(); i++) {
      float[] row = logits[i];
      int label = data.label(i);
      int best = IntStream.range(0, 3).reduce(0, (a, b) -> row[b] > row[a] ? b : a);
      confusion[label][best]++;
      double sum = Math.exp(row[0]) + Math.exp(row[1]) + Math.exp(row[2]);
      loss -= Math.log(Math.exp(row[label]) / sum);
    }
    Evaluation.ConfusionMatrix matrix = evaluation.confusion();
    int right = 0;
    for (int label = 0; label < 3; label++) {
      right += confusion[label][label];
      for (int k = 0; k < 3; k++) {
        assertEquals(confusion[label][k], matrix.count(label, k), label + " as " + k);
      }
      assertEquals(confusion[label][label] / (double) matrix.total(label), matrix.recall(label));
    }
    assertEquals(right / 17.0, evaluation.top1());
    assertEquals(loss / 17, evaluation.loss(), 1e-5);
  }

  /** The pictures of another set, of which some cannot be read. */
  private record Damaged(ImageDataset all, Set<Integer> bad) implements ImageDataset {
    @Override
    public void read(int index, byte[] into) throws IOException {
      if (bad.contains(index)) {
        if (index % 2 == 0) {
          throw new IOException(exampleName(index) + ": gone");
        }
        throw new OutOfMemoryError("Java heap space");
      }
      all.read(index, into);
    }

    @Override
    public String name() {
      return all.name();
    }

    @Override
    public int size() {
      return all.size();
    }

    @Override
    public Shape exampleShape() {
      return all.exampleShape();
    }

    @Override
    public List<String> labels() {
      return all.labels();
    }

    @Override
    public int label(int index) {
      return all.label(index);
    }
  }

  @Test
  void examplesThatCannotBeReadAreToldAndNotMeasured() throws IOException {
    ImageDataset data = (ImageDataset) TinyData.colours(23, 6);
    Set<Integer> bad = new TreeSet<>(Set.of(0, 3, 4, 5, 6, 7, 22));
    Dataset damaged = new Damaged(data, bad);
    int[] good = IntStream.range(0, 23).filter(i -> !bad.contains(i)).toArray();
    byte[][] pixels = new byte[good.length][8 * 8 * 3];
    for (int i = 0; i < good.length; i++) {
      data.read(good[i], pixels[i]);
    }
    int[] classes = IntStream.of(good).map(data::label).toArray();
    Dataset rest =
        Datasets.ofImages("colours", data.exampleShape(), data.labels(), pixels, classes);
    Preprocessing preprocessing = Preprocessing.of(data);
    List<Integer> told = new ArrayList<>();
    Evaluator.FailureListener listener =
        new Evaluator.FailureListener() {
          @Override
          public void unreadable(int index, IOException cause) {
            told.add(index);
            String message = index % 2 == 0 ? ": gone" : "-Xmx";
            assertTrue(cause.getMessage().contains(message), cause.getMessage());
          }
        };
    try (Plan plan = plan(NETWORK, 4);
        Evaluator whole = new Evaluator(damaged, preprocessing, 5, 2);
        Evaluator part = new Evaluator(rest, preprocessing, 5, 2)) {
      Evaluation evaluation = whole.evaluate(plan, (done, total) -> {}, listener);
      Evaluation expected = part.evaluate(plan);
      assertEquals(List.copyOf(bad), told);
      assertEquals(16, evaluation.examples());
      assertEquals(expected.top1(), evaluation.top1());
      assertEquals(expected.loss(), evaluation.loss(), 1e-6);
      assertEquals(
          "colours example 1: gone",
          assertThrows(IOException.class, () -> whole.evaluate(plan)).getMessage());
    }
  }

  static FloatBuffer examples(Dataset data, Preprocessing preprocessing) throws IOException {
    try (DatasetLoader loader =
            DatasetLoader.builder(data).preprocessing(preprocessing).batch(data.size()).build();
        Pass<Draw> epoch = loader.epoch(0)) {
      Batch<Draw> batch = epoch.next();
      float[] copy = new float[batch.inputs().remaining()];
      batch.inputs().get(0, copy);
      return FloatBuffer.wrap(copy);
    }
  }

  @Test
  void predictionsAreSortedProbabilitiesWithTheirNames() throws IOException {
    Dataset data = TinyData.colours(7, 6);
    FloatBuffer examples = examples(data, Preprocessing.of(data));
    try (Plan plan = plan(NETWORK, 4);
        Classifier classifier = new Classifier(plan, data.labels())) {
      assertEquals(Shape.of(3, 8, 8), classifier.exampleShape());
      List<List<Prediction>> all = classifier.classify(examples, 7, 5);
      assertEquals(7, all.size());
      for (List<Prediction> one : all) {
        assertEquals(3, one.size());
        assertEquals(1, one.stream().mapToDouble(Prediction::probability).sum(), 1e-9);
        assertTrue(one.get(0).probability() >= one.get(1).probability());
        one.forEach(p -> assertEquals(TinyData.CLASSES.get(p.index()), p.label()));
      }
      assertEquals(all.get(6).subList(0, 1), classifier.classify(examples, 7, 1).get(6));
    }
  }

  @Test
  void streamGivesTheSameInOrderAndReportsWhatCannotBeDecoded() throws IOException {
    Dataset data = TinyData.colours(11, 6);
    Preprocessing preprocessing = Preprocessing.of(data);
    try (Plan plan = plan(NETWORK, 4);
        Classifier classifier = new Classifier(plan, data.labels())) {
      List<List<Prediction>> expected = classifier.classify(examples(data, preprocessing), 11, 2);
      Examples<Integer> pictures =
          Examples.ofPictures(
              preprocessing,
              item -> {
                if (item == 5) {
                  throw new IOException("five is broken");
                }
                byte[] pixels = new byte[8 * 8 * 3];
                ((ImageDataset) data).read(item, pixels);
                return new Picture(8, 8, 3, pixels);
              });
      List<Integer> order = new ArrayList<>();
      Classifier.PredictionSink<Integer> sink =
          new Classifier.PredictionSink<>() {
            @Override
            public void predicted(Integer item, List<Prediction> predictions) {
              order.add(item);
              assertEquals(expected.get(item), predictions, "item " + item);
            }

            @Override
            public void failed(Integer item, IOException cause) {
              order.add(-item);
              assertEquals("five is broken", cause.getMessage());
            }
          };
      classifier.classifyAll(IntStream.range(0, 11).iterator(), pictures, 2, 2, sink);
      assertEquals(List.of(0, 1, 2, 3, 4, -5, 6, 7, 8, 9, 10), order);
    }
  }

  private static final Picture BLACK = new Picture(8, 8, 3, new byte[8 * 8 * 3]);

  /** Each item's reason, or its predictions' number. */
  private static List<String> outcomes(Examples.Reader<Integer, Picture> reader, int threads)
      throws IOException {
    List<String> outcomes = new ArrayList<>();
    Preprocessing preprocessing =
        new Preprocessing(Shape.of(3, 8, 8), new float[3], new float[] {1, 1, 1}, Resize.none());
    try (Plan plan = plan(NETWORK, 4);
        Classifier classifier = new Classifier(plan, List.of())) {
      classifier.classifyAll(
          IntStream.range(0, 9).iterator(),
          Examples.ofPictures(preprocessing, reader),
          3,
          threads,
          new Classifier.PredictionSink<>() {
            @Override
            public void predicted(Integer item, List<Prediction> predictions) {
              outcomes.add(item + " has " + predictions.size());
            }

            @Override
            public void failed(Integer item, IOException cause) {
              outcomes.add(cause.getMessage());
            }
          });
    }
    return outcomes;
  }

  @Test
  void whateverDecodingThrowsIsTheFailureOfOneItem() throws IOException {
    List<String> outcomes =
        outcomes(
            item -> {
              switch (item) {
                case 1 -> throw new IllegalStateException("odd");
                case 2 -> throw new StackOverflowError();
                case 3 -> throw new OutOfMemoryError("Java heap space");
                case 4 -> throw new IllegalArgumentException("too small");
                case 5 -> throw new AssertionError("never");
                default -> {
                  return BLACK;
                }
              }
            },
            2);
    assertEquals("0 has 3", outcomes.get(0));
    assertTrue(
        outcomes.get(1).contains("1: cannot be decoded (unexpected java.lang.IllegalState"),
        outcomes.get(1));
    assertTrue(outcomes.get(2).contains("-Xss"), outcomes.get(2));
    assertTrue(
        outcomes.get(3).startsWith("3: needs more than the ") && outcomes.get(3).contains("-Xmx"),
        outcomes.get(3));
    assertEquals("4: too small", outcomes.get(4));
    assertTrue(outcomes.get(5).contains("AssertionError: never"), outcomes.get(5));
    assertEquals(List.of("6 has 3", "7 has 3", "8 has 3"), outcomes.subList(6, 9));
  }

  /** Memory that ran out because of a neighbour is there when the item is alone. */
  @Test
  void itemThatFoundNoMemoryGetsASecondTryAlone() throws IOException {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger tries = new AtomicInteger();
    List<String> outcomes =
        outcomes(
            item -> {
              try {
                int others = running.getAndIncrement();
                if (item == 3 && tries.incrementAndGet() == 1) {
                  throw new InvalidDataException("3: no room", new OutOfMemoryError("heap"));
                }
                if (item == 3) {
                  assertEquals(0, others, "decoded beside it");
                }
                return BLACK;
              } finally {
                running.decrementAndGet();
              }
            },
            3);
    assertEquals(2, tries.get());
    assertEquals(IntStream.range(0, 9).mapToObj(i -> i + " has 3").toList(), outcomes);
  }

  @Test
  void networkThatEndsInSoftmaxGivesTheSamePredictions() throws IOException {
    Network logits = ResNets.mlp(Shape.of(4), 8, 1, 3);
    NetworkBuilder net = new NetworkBuilder("probabilities");
    logits
        .nodes()
        .forEach(node -> net.append(node.name(), node.op(), node.inputs(), node.parameters()));
    net.output("probabilities", net.softmax("softmax", logits.output("logits")));
    Network softmax = net.build();
    Dataset data = TinyData.corners(5, 6);
    FloatBuffer examples = examples(data, Preprocessing.of(data));
    try (Plan plain = plan(logits, 2);
        Plan ending = plan(softmax, 2);
        Classifier a = new Classifier(plain, data.labels());
        Classifier b = new Classifier(ending, data.labels());
        Evaluator evaluator = new Evaluator(data, Preprocessing.of(data), 5, 1)) {
      List<List<Prediction>> expected = a.classify(examples, 5, 3);
      List<List<Prediction>> actual = b.classify(examples, 5, 3);
      for (int i = 0; i < 5; i++) {
        for (int k = 0; k < 3; k++) {
          assertEquals(expected.get(i).get(k).label(), actual.get(i).get(k).label());
          assertEquals(
              expected.get(i).get(k).probability(), actual.get(i).get(k).probability(), 1e-6);
        }
      }
      assertEquals(evaluator.evaluate(plain).loss(), evaluator.evaluate(ending).loss(), 1e-5);
    }
  }

  @Test
  void labelsOfAnotherNumberThanTheLogitsAreRefused() {
    try (Plan plan = plan(NETWORK, 1)) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> new Classifier(plan, List.of("a", "b")));
      assertTrue(e.getMessage().contains("3 classes apart, the list of labels has 2"));
    }
  }

  @Test
  void unknownLabelsBecomeNumbers() throws IOException {
    Dataset data = TinyData.colours(3, 6);
    try (Plan plan = plan(NETWORK, 3);
        Classifier classifier = new Classifier(plan, List.of())) {
      List<Prediction> one =
          classifier.classify(examples(data, Preprocessing.of(data)), 1, 3).get(0);
      assertArrayEquals(
          new String[] {"0", "1", "2"}, one.stream().map(Prediction::label).sorted().toArray());
    }
  }
}
