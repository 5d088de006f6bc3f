package org.residuum.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.residuum.Classifier;
import org.residuum.Examples;
import org.residuum.Prediction;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Feed;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.Session;
import org.residuum.backend.Slot;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.data.Augmentation;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.load.Batch;
import org.residuum.data.load.DatasetLoader;
import org.residuum.data.load.Draw;
import org.residuum.data.load.Pass;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;
import org.residuum.train.loop.LoaderFeed;

/**
 * The loops over batches on the CUDA backend, interpreted: pictures as bytes, batches overlapping.
 */
final class CudaTrainingTest {
  private static final Network NETWORK = ResNets.mlp(Shape.of(3, 8, 8), 16, 1, 3);
  private static final Parameters FRESH = new Initializer(5).initialize(NETWORK);

  private static TrainingResult train(TrainingBackend backend) throws Exception {
    TrainingOptions options =
        TrainingOptions.builder()
            .epochs(2)
            .batch(8)
            .schedule(new Schedule.Constant(0.02))
            .augmentation(new Augmentation(1, true))
            .build();
    return new Trainer(backend, NETWORK, options)
        .train(TinyData.colours(32, 3), TinyData.colours(13, 4));
  }

  @Test
  void trainingFromBytesGivesTheReferencesLoss() throws Exception {
    TrainingResult cuda = train(EmulatedBackend.open(Precision.FP32));
    TrainingResult reference = train(new ReferenceBackend());
    for (int epoch = 0; epoch < 2; epoch++) {
      TrainingResult.EpochResult expected = reference.history().get(epoch);
      TrainingResult.EpochResult got = cuda.history().get(epoch);
      // Eight steps; float against double rounding.
      assertEquals(expected.trainLoss(), got.trainLoss(), 1e-5 * expected.trainLoss());
      assertEquals(
          expected.validation().loss(),
          got.validation().loss(),
          1e-5 * expected.validation().loss());
      assertEquals(expected.trainAccuracy(), got.trainAccuracy());
      assertNormsEqual(expected.gradients().last(), got.gradients().last());
    }
  }

  private static void assertNormsEqual(
      List<TrainingResult.ParameterNorm> expected, List<TrainingResult.ParameterNorm> got) {
    assertEquals(FRESH.names().size(), expected.size());
    for (int i = 0; i < expected.size(); i++) {
      TrainingResult.ParameterNorm norm = expected.get(i);
      assertTrue(norm.gradient() > 0 && norm.weight() >= 0, norm.toString());
      assertEquals(norm.name(), got.get(i).name());
      assertEquals(norm.gradient(), got.get(i).gradient(), 1e-4 * norm.gradient(), norm.name());
      assertEquals(norm.weight(), got.get(i).weight(), 1e-4 * norm.weight(), norm.name());
    }
  }

  @Test
  void orderOfTheStreamsDoesNotShow() throws Exception {
    TrainingResult late = train(EmulatedBackend.open(Precision.FP32));
    for (long seed = 1; seed <= 4; seed++) {
      TrainingResult random = train(EmulatedBackend.inRandomOrder(Precision.FP32, seed));
      for (String name : late.last().names()) {
        assertArrayEquals(late.last().get(name).toArray(), random.last().get(name).toArray(), name);
      }
      assertEquals(late.lastResult().validation().loss(), random.lastResult().validation().loss());
    }
  }

  @Test
  void sessionIsFedAsItWasCompiled() throws Exception {
    Dataset data = TinyData.colours(8, 3);
    for (TrainingBackend backend :
        List.of(new CpuBackend(), EmulatedBackend.open(Precision.FP32))) {
      try (DatasetLoader loader = DatasetLoader.builder(data).batch(4).build()) {
        CompileOptions floats = CompileOptions.batch(4);
        try (Plan plan = backend.compile(NETWORK, FRESH, floats.feed("x", loader.feed()));
            Session session = plan.session()) {
          LoaderFeed feed = new LoaderFeed(session, NETWORK);
          Slot slot = session.slots().get(0);
          try (Pass<Draw> epoch = loader.epoch(0, feed.takesPictures(loader.feed()))) {
            Batch<Draw> batch = epoch.next();
            feed.fill(slot, batch);
            ByteBuffer sent = slot.pictures("x").pixels();
            assertEquals(-1, batch.pictures().pixels().mismatch(sent));
          }
        }
        try (Plan plan = backend.compile(NETWORK, FRESH, floats);
            Session session = plan.session()) {
          LoaderFeed feed = new LoaderFeed(session, NETWORK);
          try (Pass<Draw> epoch = loader.epoch(0, feed.takesPictures(loader.feed()))) {
            Batch<Draw> batch = epoch.next();
            feed.fill(session.slots().get(0), batch);
            FloatBuffer sent = session.input("x");
            assertEquals(-1, batch.inputs().mismatch(sent.slice(0, batch.inputs().limit())));
          }
        }
      }
    }
  }

  @Test
  void otherNormalisationThanTheDatasIsRefused() {
    Dataset data = TinyData.colours(8, 3);
    float[] zero = new float[3];
    Feed other = Feed.bytes(255, zero, new float[] {1, 1, 1});
    try (DatasetLoader loader = DatasetLoader.builder(data).batch(4).build();
        Plan plan =
            new CpuBackend().compile(NETWORK, FRESH, CompileOptions.batch(4).feed("x", other));
        Session session = plan.session()) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new LoaderFeed(session, NETWORK).takesPictures(loader.feed()))
              .getMessage();
      assertTrue(message.endsWith("compile it with the feed of its preprocessing"), message);
    }
  }

  @Test
  void itemsOfAStreamComeBackInTheirOrder() throws Exception {
    Network vectors = ResNets.mlp(Shape.of(4), 8, 1, 3);
    Parameters weights = new Initializer(5).initialize(vectors);
    List<Integer> items = IntStream.range(0, 23).boxed().toList();
    List<List<Integer>> classes = new ArrayList<>();
    for (TrainingBackend backend :
        List.of(new ReferenceBackend(), EmulatedBackend.inRandomOrder(Precision.FP32, 7))) {
      List<Integer> seen = new ArrayList<>();
      List<Integer> best = new ArrayList<>();
      try (Plan plan = backend.compile(vectors, weights, CompileOptions.batch(4));
          Classifier classifier = new Classifier(plan, List.of())) {
        Preprocessing identity =
            new Preprocessing(Shape.of(4), new float[4], new float[] {1, 1, 1, 1}, Resize.none());
        classifier.classifyAll(
            items.iterator(),
            Examples.ofVectors(identity, CudaTrainingTest::decode),
            1,
            2,
            new Classifier.PredictionSink<>() {
              @Override
              public void predicted(Integer item, List<Prediction> predictions) {
                seen.add(item);
                best.add(predictions.get(0).index());
              }

              @Override
              public void failed(Integer item, IOException cause) {
                seen.add(item);
                best.add(-1);
              }
            });
      }
      assertEquals(items, seen);
      classes.add(best);
    }
    assertEquals(classes.get(0), classes.get(1));
    assertEquals(-1, classes.get(0).get(13));
  }

  private static float[] decode(int item) throws IOException {
    if (item == 13) {
      throw new IOException("unlucky");
    }
    float[] values = new float[4];
    for (int i = 0; i < 4; i++) {
      values[i] = (item * 7 + i * 5) % 11 - 5;
    }
    return values;
  }
}
