package org.residuum.cli.depth;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Slot;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.TrainingSession;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.load.Batch;
import org.residuum.data.load.DatasetLoader;
import org.residuum.data.load.Draw;
import org.residuum.data.load.Pass;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Value;
import org.residuum.plan.Gradients;
import org.residuum.train.loop.LoaderFeed;

/** Measures what is inside networks, by one step forward and backward on the first examples. */
final class Probe {
  private static final String BLOCK = "blocks.";

  private final TrainingBackend backend;
  private final Dataset training;
  private final Preprocessing preprocessing;
  private final int batch;

  Probe(TrainingBackend backend, Dataset training, Preprocessing preprocessing, int batch) {
    this.backend = backend;
    this.training = training;
    this.preprocessing = preprocessing;
    this.batch = batch;
  }

  /** Measures; the parameters stay as they are. */
  Anatomy measure(Subject subject, Network network, Parameters parameters) throws IOException {
    int[] places = Anatomy.places(subject.blocks());
    Network learning = Gradients.of(opened(network, places), 0);
    try (DatasetLoader loader =
        DatasetLoader.builder(training).preprocessing(preprocessing).batch(batch).build()) {
      CompileOptions options =
          CompileOptions.batch(batch).feed(learning.inputs().get(0).name(), loader.feed());
      try (TrainingSession session = backend.train(learning, parameters, options)) {
        run(session, learning, loader);
        return anatomy(subject, network, session, places);
      }
    }
  }

  private static void run(TrainingSession session, Network learning, DatasetLoader loader)
      throws IOException {
    LoaderFeed feed = new LoaderFeed(session, learning);
    Slot slot = session.slots().get(0);
    try (Pass<Draw> data = loader.epoch(0, feed.takesPictures(loader.feed()))) {
      Batch<Draw> batch = data.next();
      feed.fill(slot, batch);
      for (int row = 0; row < batch.size(); row++) {
        slot.input(Gradients.LABELS).put(row, batch.item(row).label());
      }
    }
    session.run();
  }

  private static Anatomy anatomy(
      Subject subject, Network network, TrainingSession session, int[] places) {
    Map<Integer, List<String>> weights = weights(network);
    double[] gradients = new double[places.length];
    double[] distances = new double[places.length];
    for (int i = 0; i < places.length; i++) {
      gradients[i] = norm(session, weights.get(places[i]));
      distances[i] = distance(session.output(input(places[i])), session.output(output(places[i])));
    }
    double first = norm(session, List.of(subject.form().firstWeight()));
    return new Anatomy(first, gradients, distances);
  }

  private static double norm(TrainingSession session, List<String> parameters) {
    double sum = 0;
    for (String parameter : parameters) {
      FloatBuffer gradient = session.gradient(parameter);
      for (int i = 0; i < gradient.limit(); i++) {
        sum += (double) gradient.get(i) * gradient.get(i);
      }
    }
    return Math.sqrt(sum);
  }

  private static double distance(FloatBuffer x, FloatBuffer y) {
    double moved = 0;
    double whole = 0;
    for (int i = 0; i < x.limit(); i++) {
      double step = (double) y.get(i) - x.get(i);
      moved += step * step;
      whole += (double) x.get(i) * x.get(i);
    }
    return Math.sqrt(moved / whole);
  }

  /** The weights of each block. */
  private static Map<Integer, List<String>> weights(Network network) {
    Map<Integer, List<String>> weights = new HashMap<>();
    for (ParameterSpec spec : network.parameters()) {
      if (spec.role() == ParameterSpec.Role.WEIGHT && spec.name().startsWith(BLOCK)) {
        weights.computeIfAbsent(block(spec.name()), block -> new ArrayList<>()).add(spec.name());
      }
    }
    return weights;
  }

  private static int block(String name) {
    return Integer.parseInt(name.substring(BLOCK.length(), name.indexOf('.', BLOCK.length())));
  }

  private static String input(int block) {
    return "in/" + block;
  }

  private static String output(int block) {
    return "out/" + block;
  }

  /** The network with the inputs and outputs of some blocks among its outputs. */
  private static Network opened(Network network, int[] places) {
    NetworkBuilder net = new NetworkBuilder(network.name());
    Map<Value, Value> made = new HashMap<>();
    Map<Integer, Value> first = new HashMap<>();
    Map<Integer, Value> last = new HashMap<>();
    for (Node node : network.nodes()) {
      List<Value> inputs = node.inputs().stream().map(made::get).toList();
      List<Value> outputs = net.appendAll(node.name(), node.op(), inputs, node.parameters());
      for (int i = 0; i < outputs.size(); i++) {
        made.put(node.outputs().get(i), outputs.get(i));
      }
      if (node.name().startsWith(BLOCK)) {
        first.putIfAbsent(block(node.name()), inputs.get(0));
        last.put(block(node.name()), outputs.get(0));
      }
    }
    network.outputs().forEach((name, value) -> net.output(name, made.get(value)));
    for (int place : places) {
      net.output(input(place), first.get(place));
      net.output(output(place), last.get(place));
    }
    return net.build();
  }
}
