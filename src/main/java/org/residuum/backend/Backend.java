package org.residuum.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Parameters;
import org.residuum.network.op.Op;

/**
 * A device that networks run on.
 *
 * <p>A value that is not finite is no error here: it passes through a network as in PyTorch, whose
 * ReLU, ReLU6 and maximum hand a NaN on. Who reads the results looks for it.
 */
public interface Backend extends AutoCloseable {
  /** The name under which {@code --device} knows it. */
  String name();

  /** What it is, in words for a person: library, version, threads, instruction set. */
  String description();

  /** How its plans compute. */
  Precision precision();

  /** Why this device cannot run an operation at a precision; empty where it can. */
  Optional<String> obstacle(Op op, Precision precision);

  /** Why this device cannot run a network, naming the node; empty where it can. */
  default Optional<String> obstacle(Network network, Precision precision) {
    for (Node node : network.nodes()) {
      Optional<String> reason = obstacle(node.op(), precision);
      if (reason.isPresent()) {
        return Optional.of(network.name() + ", node " + node.name() + ": " + reason.get());
      }
    }
    return Optional.empty();
  }

  /** Whether this device can run an operation at a precision. */
  default boolean supports(Op op, Precision precision) {
    return obstacle(op, precision).isEmpty();
  }

  /**
   * Compiles for inference: batch norms use their running statistics.
   *
   * @param network with outputs of any names
   * @param parameters a tensor for each of the network's parameters; read now and not kept
   * @throws IllegalArgumentException where a parameter is missing or has another shape, an
   *     operation is not supported, an input's feed does not fit it, or the batch is too large for
   *     a buffer
   * @throws IllegalStateException where this backend is closed
   */
  Plan compile(Network network, Parameters parameters, CompileOptions options);

  /**
   * The same for several batch sizes, or other options, of one network: a plan for each, in their
   * order. Together they take less time and memory than one by one: on the CPU they share the
   * packed weights that are the same, which last until all of them are closed.
   *
   * @param options which differ in the batch size and in the feeds
   * @throws IllegalArgumentException as {@link #compile} does, also for no options at all, or where
   *     some of them optimize and some do not
   */
  default List<Plan> compileAll(
      Network network, Parameters parameters, List<CompileOptions> options) {
    List<Plan> plans = new ArrayList<>();
    try {
      options.forEach(each -> plans.add(compile(network, parameters, each)));
      return plans;
    } catch (RuntimeException | Error e) {
      plans.forEach(Plan::close);
      throw e;
    }
  }

  /**
   * Gives the device back, once the plans and sessions that are open are closed, each behind the
   * call that it is in. Closing twice is harmless.
   */
  @Override
  void close();
}
