package org.residuum;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Feed;
import org.residuum.backend.Plan;
import org.residuum.serve.Head;
import org.residuum.serve.Plans;
import org.residuum.serve.Recorder;
import org.residuum.train.loop.Inputs;

/** A classifier's plans on one device. */
final class DevicePlans implements Plans {
  /** Compiles for several batch sizes. */
  @FunctionalInterface
  interface Compiler {
    List<Plan> compile(Head head, List<Integer> batches);

    /**
     * A model on a device.
     *
     * @param layer whose values are embeddings; empty for the usual one
     */
    static Compiler of(Model model, String layer, Device device, Feed feed) {
      return (head, batches) -> {
        Model wanted =
            head == Head.LOGITS
                ? model
                : model.upTo(layer.isEmpty() ? model.embeddingLayer() : layer);
        String input = Inputs.of(wanted.network()).name();
        List<CompileOptions> options =
            batches.stream().map(batch -> CompileOptions.batch(batch).feed(input, feed)).toList();
        Backend backend = device.backend();
        return Recorder.compile(
            backend.name(),
            head,
            batches,
            () -> backend.compileAll(wanted.network(), wanted.parameters(), options));
      };
    }
  }

  private final String device;
  private final Compiler compiler;
  private final ReentrantLock computing = new ReentrantLock(true);
  private final List<Plan> compiled = new ArrayList<>();

  /** The plans for logits, which whoever made them closes; empty for none. */
  private final List<Plan> given;

  DevicePlans(String device, Compiler compiler, List<Plan> given) {
    this.device = device;
    this.compiler = compiler;
    this.given = given;
  }

  @Override
  public String device() {
    return device;
  }

  @Override
  public List<Plan> compile(Head head, List<Integer> batches) {
    if (head == Head.LOGITS && !given.isEmpty()) {
      return given;
    }
    List<Plan> plans = compiler.compile(head, batches);
    compiled.addAll(plans);
    return plans;
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
