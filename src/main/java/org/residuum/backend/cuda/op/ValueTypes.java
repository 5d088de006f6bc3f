package org.residuum.backend.cuda.op;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.residuum.backend.Precision;
import org.residuum.network.ElementType;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.plan.ElementTypes;

/**
 * Gives each value its storage type: that of the precision to activations and their gradients, fp32
 * to labels, losses, statistics and the gradients of parameters.
 */
public final class ValueTypes {
  private final Set<Value> single = new HashSet<>();

  /** What a family of ops keeps in fp32. */
  @FunctionalInterface
  interface Rule {
    /**
     * Values at a node that are fp32 at every precision.
     *
     * @param single those of the network that are known so far
     */
    List<Value> single(Node node, Set<Value> single);
  }

  private ValueTypes(Network network) {
    int before;
    do {
      before = single.size();
      network.nodes().forEach(this::note);
    } while (single.size() > before);
  }

  /** The network with the types in which a precision stores its values. */
  public static Network apply(Network network, Precision precision) {
    if (precision.storage() == ElementType.F32) {
      return network;
    }
    Set<Value> single = new ValueTypes(network).single;
    return ElementTypes.apply(
        network, value -> single.contains(value) ? ElementType.F32 : precision.storage());
  }

  /** What an op gives beside its first output are statistics or gradients of parameters. */
  private void note(Node node) {
    single.addAll(node.outputs().subList(1, node.outputs().size()));
    single.addAll(CudaOps.ALL.single(node, single));
  }
}
