package org.residuum;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Feed;
import org.residuum.backend.Plan;
import org.residuum.serve.Head;
import org.residuum.serve.Plans;
import org.residuum.train.loop.Inputs;

/** A classifier's plans on one device. */
final class DevicePlans implements Plans {
  /** Compiles for a batch size. */
  @FunctionalInterface
  interface Compiler {
    Plan compile(Head head, int batch);

    /**
     * A model on a device.
     *
     * @param layer whose values are embeddings; empty for the usual one
     */
    static Compiler of(Model model, String layer, Device device, Feed feed) {
      return (head, batch) -> {
        Model wanted =
            head == Head.LOGITS
                ? model
                : model.upTo(layer.isEmpty() ? model.embeddingLayer() : layer);
        CompileOptions options =
            CompileOptions.batch(batch).feed(Inputs.of(wanted.network()).name(), feed);
        return device.backend().compile(wanted.network(), wanted.parameters(), options);
      };
    }
  }

  private final String device;
  private final Compiler compiler;
  private final ReentrantLock computing = new ReentrantLock(true);
  private final List<Plan> compiled = new ArrayList<>();

  /** A plan that whoever made it closes, or null. */
  private final Plan given;

  DevicePlans(String device, Compiler compiler, Plan given) {
    this.device = device;
    this.compiler = compiler;
    this.given = given;
  }

  @Override
  public String device() {
    return device;
  }

  @Override
  public Plan compile(Head head, int batch) {
    if (head == Head.LOGITS && given != null && given.batch() == batch) {
      return given;
    }
    Plan plan = compiler.compile(head, batch);
    compiled.add(plan);
    return plan;
  }

  @Override
  public ReentrantLock computing() {
    return computing;
  }

  @Override
  public void close() {
    compiled.forEach(Plan::close);
  }
}
