package org.residuum.backend.reference;

import java.util.Map;
import org.residuum.backend.lower.OpTable;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.op.Input;

/**
 * Computes every value of a network in double precision, images as (N, C, H, W). A training batch
 * norm moves its running statistics in {@code parameters}.
 */
public final class Evaluator {
  private static final OpTable<Operands> OPS = new OpTable<>("reference");

  static {
    OPS.add(Input.class).forward((run, node, op) -> {});
    Products.enter(OPS);
    Norms.enter(OPS);
    Pointwise.enter(OPS);
    Pools.enter(OPS);
    Moves.enter(OPS);
    Losses.enter(OPS);
  }

  private Evaluator() {}

  static OpTable<Operands> ops() {
    return OPS;
  }

  /**
   * Every value of the network.
   *
   * @param inputs by name, (batch, ...) flat
   * @param parameters by name, PyTorch's layout flat; running statistics are overwritten in
   *     training
   */
  public static Map<Value, double[]> evaluate(
      Network network, Map<String, double[]> inputs, Map<String, double[]> parameters, int batch) {
    Operands run = new Operands(parameters, batch);
    for (Value value : network.inputs()) {
      run.values().put(value, input(network, value, inputs.get(value.name()), batch));
    }
    for (Node node : network.nodes()) {
      run.begin(node);
      OPS.lower(node, run);
    }
    return run.values();
  }

  private static double[] input(Network network, Value value, double[] given, int batch) {
    long wanted = value.shape().elements(batch);
    if (given == null || given.length != wanted) {
      throw new IllegalArgumentException(
          "input "
              + value.name()
              + " of "
              + network.name()
              + " needs "
              + wanted
              + " values for a batch of "
              + batch
              + ", not "
              + (given == null ? "none" : given.length));
    }
    return given;
  }
}
