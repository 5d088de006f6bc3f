package org.residuum.backend.cuda.op;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.residuum.backend.cuda.kernel.Storage;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.gradient.JointGradient;
import org.residuum.network.gradient.SoftmaxCrossEntropyGradient;
import org.residuum.network.gradient.WeightGradient;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Op;
import org.residuum.network.op.SoftmaxCrossEntropy;

/**
 * The storage type of each value: that of the mode for activations and their gradients, fp32 for
 * labels, losses, statistics and the gradients of parameters.
 */
public final class ValueTypes {
  private final Storage activations;
  private final Set<Value> single = new HashSet<>();

  public ValueTypes(Network network, Storage activations) {
    this.activations = activations;
    network.nodes().forEach(this::note);
    int before;
    do {
      before = single.size();
      network.nodes().forEach(this::spread);
    } while (single.size() > before);
  }

  public Storage of(Value value) {
    return single.contains(value) ? Storage.F32 : activations;
  }

  private void note(Node node) {
    Op op = node.op();
    List<Value> outputs = node.outputs();
    if (op instanceof SoftmaxCrossEntropy) {
      single.addAll(outputs);
    }
    if (op instanceof SoftmaxCrossEntropy || op instanceof SoftmaxCrossEntropyGradient) {
      single.add(node.inputs().get(1));
    }
    if (op instanceof WeightGradient) {
      single.addAll(outputs);
    }
    if (op instanceof BatchNorm || op instanceof JointGradient) {
      single.addAll(outputs.subList(1, outputs.size()));
    }
    if (op instanceof JointGradient gradient) {
      int kept = gradient.forward().outputs(node.inputShapes().subList(0, 1)).size();
      single.addAll(node.inputs().subList(1, kept));
    }
  }

  /** Sums of gradients of a parameter that is used twice. */
  private void spread(Node node) {
    if (node.op() instanceof Add && node.inputs().stream().anyMatch(single::contains)) {
      single.addAll(node.inputs());
      single.addAll(node.outputs());
    }
  }
}
