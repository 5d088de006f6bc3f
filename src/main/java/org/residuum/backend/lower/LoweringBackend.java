package org.residuum.backend.lower;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Feed;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.TrainingSession;
import org.residuum.network.ElementType;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Op;
import org.residuum.plan.BatchNormFolding;
import org.residuum.plan.Gradients;
import org.residuum.plan.Passes;
import org.residuum.text.Units;

/** Checks what is to be compiled, and rewrites it; its backend lowers the result. */
public abstract class LoweringBackend implements TrainingBackend {
  /** A buffer's limit is an int; the rest is for its alignment. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - (1 << 16);

  private volatile boolean closed;

  /**
   * The plans of a rewritten network, one for each of the options; none is left open on failure.
   */
  protected abstract List<? extends Plan> plans(
      Network network, Parameters parameters, List<CompileOptions> options);

  /**
   * Plans that share nothing.
   *
   * @param compile compiles one of them
   */
  protected static List<Plan> each(
      List<CompileOptions> options, Function<CompileOptions, Plan> compile) {
    List<Plan> plans = new ArrayList<>();
    try {
      options.forEach(each -> plans.add(compile.apply(each)));
      return plans;
    } catch (RuntimeException | Error e) {
      plans.forEach(Plan::close);
      throw e;
    }
  }

  /** The training session of a rewritten network. */
  protected abstract TrainingSession training(
      Network network, Parameters parameters, CompileOptions options);

  /** Why this device cannot compute at a precision; empty where it can. */
  protected abstract Optional<String> obstacle(Precision precision);

  /** Whether it can lower an operation. */
  protected boolean knows(Op op) {
    return true;
  }

  @Override
  public final Optional<String> obstacle(Op op, Precision precision) {
    Optional<String> reason = obstacle(precision);
    return reason.isPresent() || knows(op)
        ? reason
        : Optional.of("the " + name() + " backend does not know " + op.label());
  }

  /** The passes before a training. */
  protected Network trainingForm(Network network) {
    return Passes.training(network);
  }

  @Override
  public final Plan compile(Network network, Parameters parameters, CompileOptions options) {
    return compileAll(network, parameters, List.of(options)).get(0);
  }

  @Override
  public final List<Plan> compileAll(
      Network network, Parameters parameters, List<CompileOptions> options) {
    options.forEach(each -> require(network, each));
    List<Boolean> optimize = options.stream().map(CompileOptions::optimize).distinct().toList();
    if (optimize.size() != 1) {
      throw new IllegalArgumentException(
          options.isEmpty()
              ? network.name() + " is to be compiled for no batch size; name one at least"
              : "plans that optimize and plans that do not share nothing; compile each by itself");
    }
    BatchNormFolding.Folded form =
        optimize.get(0)
            ? Passes.inference(network, parameters)
            : new BatchNormFolding.Folded(network, parameters);
    form.network().parameters().forEach(form.parameters()::requireShape);
    return List.copyOf(plans(form.network(), form.parameters(), options));
  }

  @Override
  public final TrainingSession train(
      Network network, Parameters parameters, CompileOptions options) {
    require(network, options);
    if (!Gradients.isTraining(network)) {
      throw new IllegalArgumentException(
          network.name()
              + " cannot be trained: none of its outputs "
              + network.outputs().keySet()
              + " is the gradient of a parameter; train what Gradients.of(network, smoothing)"
              + " gives");
    }
    return training(options.optimize() ? trainingForm(network) : network, parameters, options);
  }

  private void require(Network network, CompileOptions options) {
    requireOpen();
    obstacle(network, precision())
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(reason);
            });
    options.feeds().forEach((input, feed) -> requireFits(network.input(input), feed));
    network.inputs().forEach(value -> requireBuffer(network, value, options.batch()));
    network.outputs().values().forEach(value -> requireBuffer(network, value, options.batch()));
  }

  /**
   * For what no longer works once this backend is closed.
   *
   * @throws IllegalStateException where it is
   */
  protected final void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "the " + name() + " backend (" + description() + ") is closed; open another");
    }
  }

  private static void requireFits(Value input, Feed feed) {
    Shape shape = input.shape();
    if (feed.type() == ElementType.U8
        && (shape.rank() != 4 || !shape.isBatched() || shape.extent(1) != feed.channels())) {
      throw new IllegalArgumentException(
          "input "
              + input.name()
              + " "
              + shape
              + " cannot be fed with bytes of "
              + Units.count(feed.channels(), "channel")
              + "; it must be (N, C, H, W) with that C, or be fed with floats");
    }
  }

  /** What callers fill and read is in one buffer each, of 2 GiB at most. */
  private static void requireBuffer(Network network, Value value, int batch) {
    long bytes = value.shape().elements(batch) * Float.BYTES;
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          network.name()
              + " at batch "
              + batch
              + ": "
              + value.name()
              + " "
              + value.shape()
              + " takes "
              + bytes
              + " bytes, one buffer holds "
              + MAX_BYTES
              + "; use a batch of at most "
              + MAX_BYTES / Float.BYTES / value.shape().elements());
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
