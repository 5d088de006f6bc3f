package org.residuum.backend;

import org.residuum.network.Network;
import org.residuum.network.Parameters;

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

  /**
   * Compiles for inference: batch norms use their running statistics.
   *
   * @param network with outputs of any names
   * @param parameters a tensor for each of the network's parameters; read now and not kept
   * @throws IllegalArgumentException where a parameter is missing or has another shape
   */
  Plan compile(Network network, Parameters parameters, CompileOptions options);

  /**
   * Compiles for training: opens a session that owns parameters, gradients and the optimiser's
   * state.
   *
   * @param network as {@link org.residuum.plan.Gradients} gives it
   * @param parameters the first values, copied
   */
  TrainingSession train(Network network, Parameters parameters, CompileOptions options);

  /**
   * Gives the device back, once the plans and sessions that are open are closed, each behind the
   * call that it is in. Closing twice is harmless.
   */
  @Override
  default void close() {}
}
