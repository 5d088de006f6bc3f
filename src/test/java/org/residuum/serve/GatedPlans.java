package org.residuum.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;

/** A small network on the reference; who holds its lock keeps the lane waiting. */
final class GatedPlans implements Plans {
  static final int FEATURES = 8;
  static final int CLASSES = 5;
  private static final Network NETWORK = network();
  private static final Parameters WEIGHTS = new Initializer(1).initialize(NETWORK);

  private final String device;
  private final ReentrantLock gate = new ReentrantLock(true);
  private final List<Plan> compiled = new ArrayList<>();

  /** Compilations that are still to fail. */
  final AtomicInteger failures = new AtomicInteger();

  GatedPlans(String device) {
    this.device = device;
  }

  private static Network network() {
    NetworkBuilder net = new NetworkBuilder("small");
    net.output("logits", net.dense("fc", net.input("x", Shape.batch(FEATURES)), CLASSES));
    return net.build();
  }

  private static Network features() {
    NetworkBuilder net = new NetworkBuilder("features");
    net.output("relu", net.relu("relu", net.input("x", Shape.batch(FEATURES))));
    return net.build();
  }

  /** What the network gives, by its formula; the embedding is the example's ReLU. */
  static float[] logits(float[] x) {
    float[] y = new float[CLASSES];
    for (int k = 0; k < CLASSES; k++) {
      double sum = WEIGHTS.get("fc.bias").data().get(k);
      for (int i = 0; i < FEATURES; i++) {
        sum += (double) x[i] * WEIGHTS.get("fc.weight").data().get(k * FEATURES + i);
      }
      y[k] = (float) sum;
    }
    return y;
  }

  @Override
  public String device() {
    return device;
  }

  @Override
  public List<Plan> compile(Head head, List<Integer> batches) {
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IllegalStateException("no memory on " + device);
    }
    Network network = head == Head.LOGITS ? NETWORK : features();
    Parameters weights = head == Head.LOGITS ? WEIGHTS : Parameters.NONE;
    List<Plan> plans =
        new ReferenceBackend()
            .compileAll(network, weights, batches.stream().map(CompileOptions::batch).toList());
    compiled.addAll(plans);
    return plans;
  }

  @Override
  public ReentrantLock computing() {
    return gate;
  }

  @Override
  public void close() {
    compiled.forEach(Plan::close);
  }

  int compiled() {
    return compiled.size();
  }
}
