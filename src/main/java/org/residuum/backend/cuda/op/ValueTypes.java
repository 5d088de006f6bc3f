package org.residuum.backend.cuda.op;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.residuum.backend.cuda.kernel.Storage;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;

/**
 * The storage type of each value: that of the precision for activations and their gradients, fp32
 * for labels, losses, statistics and the gradients of parameters.
 */
public final class ValueTypes {
  private final Storage activations;
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

  public ValueTypes(Network network, Storage activations) {
    this.activations = activations;
    int before;
    do {
      before = single.size();
      network.nodes().forEach(this::note);
    } while (single.size() > before);
  }

  public Storage of(Value value) {
    return single.contains(value) ? Storage.F32 : activations;
  }

  /** Bytes of a value at a batch size. */
  public long bytes(Value value, int batch) {
    return value.shape().elements(batch) * of(value).bytes();
  }

  /** What an op gives beside its first output are statistics or gradients of parameters. */
  private void note(Node node) {
    single.addAll(node.outputs().subList(1, node.outputs().size()));
    single.addAll(CudaOps.ALL.single(node, single));
  }
}
