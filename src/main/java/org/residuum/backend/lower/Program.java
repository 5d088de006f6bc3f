package org.residuum.backend.lower;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.residuum.backend.CompileOptions;
import org.residuum.network.Network;
import org.residuum.network.Value;
import org.residuum.plan.Gradients;
import org.residuum.plan.MemoryPlan;

/**
 * A network lowered for one batch size: its steps and the memory that they need. Immutable.
 *
 * @param <S> a step
 * @param <D> what describes a derived parameter
 */
public final class Program<S extends Step, D> {
  private final Network network;
  private final CompileOptions options;
  private final Map<Value, String> gradients;
  private final MemoryPlan memory;
  private final List<S> steps;
  private final List<D> derived;
  private final long scratchBytes;
  private final long keptBytes;

  /**
   * What was assembled.
   *
   * @param gradients the values that are stored with the parameters, as {@link #gradients} returns
   *     them
   */
  public Program(
      Network network,
      CompileOptions options,
      Map<Value, String> gradients,
      Assembly<S, D> assembly) {
    this.network = network;
    this.options = options;
    this.gradients = Map.copyOf(gradients);
    this.memory = assembly.memory();
    this.steps = List.copyOf(assembly.steps());
    this.derived = List.copyOf(assembly.derived());
    this.scratchBytes = assembly.scratchBytes();
    this.keptBytes = assembly.keptBytes();
  }

  /** The outputs of a training network that are gradients, each with its parameter's name. */
  public static Map<Value, String> gradients(Network network) {
    Map<Value, String> gradients = new HashMap<>();
    network
        .outputs()
        .forEach(
            (name, value) -> {
              if (Gradients.isGradient(name)) {
                gradients.put(value, Gradients.parameterOf(name));
              }
            });
    return gradients;
  }

  public Network network() {
    return network;
  }

  public CompileOptions options() {
    return options;
  }

  public MemoryPlan memory() {
    return memory;
  }

  /** The parameter whose gradient a value is, with which it is stored; null for other values. */
  public String gradientOf(Value value) {
    return gradients.get(value);
  }

  public List<S> steps() {
    return steps;
  }

  /** What is computed from the parameters when the plan is compiled. */
  public List<D> derived() {
    return derived;
  }

  public long scratchBytes() {
    return scratchBytes;
  }

  public long keptBytes() {
    return keptBytes;
  }

  /** A line a step. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (S step : steps) {
      text.append(String.format(Locale.ROOT, "  %-32s %s%n", step.node(), step.description()));
    }
    return text.toString();
  }
}
