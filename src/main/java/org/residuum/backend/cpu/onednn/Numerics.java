package org.residuum.backend.cpu.onednn;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.residuum.backend.Precision;
import org.residuum.network.ElementType;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.gradient.JointGradient;
import org.residuum.network.gradient.WeightGradient;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Concat;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.GlobalAveragePool;
import org.residuum.network.op.Multiply;
import org.residuum.network.op.Op;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Reshape;
import org.residuum.network.op.SliceChannels;
import org.residuum.network.op.Subsample;
import org.residuum.network.op.Transpose;
import org.residuum.plan.ElementTypes;

/**
 * In which types a plan stores its values and computes. Inputs and outputs of the network,
 * statistics and gradients of parameters are fp32. Where a node computes in another type than a
 * value is stored in, the value is converted for it. A gradient computes as what it is the gradient
 * of.
 *
 * @param storage of the other values, and of the operands of products
 * @param units whether oneDNN has primitives for that type here; if not, nodes compute in fp32 on
 *     operands that are rounded to it, which differs in the order of sums alone
 */
public record Numerics(ElementType storage, boolean units) {
  public static final Numerics FP32 = new Numerics(ElementType.F32, true);

  /** Sums are fp32 and the result may be of either type. */
  private static final Set<Class<? extends Op>> PRODUCTS = Set.of(Conv2d.class, Dense.class);

  /** Reorders, which oneDNN has for all types everywhere. */
  private static final Set<Class<? extends Op>> MOVES =
      Set.of(
          Concat.class,
          PadChannels.class,
          Reshape.class,
          SliceChannels.class,
          Subsample.class,
          Transpose.class);

  private static final Set<Class<? extends Op>> OF_UNITS =
      Set.of(
          Activate.class,
          Add.class,
          BatchNorm.class,
          GlobalAveragePool.class,
          Multiply.class,
          Pool2d.class);

  /** Those of a precision that {@link InstructionSet} has no obstacle to. */
  public static Numerics of(Precision precision) {
    return new Numerics(precision.storage(), true);
  }

  /** The type in which a node's primitive reads its operands. */
  ElementType of(Node node) {
    Class<? extends Op> op = forward(node);
    if (units && PRODUCTS.contains(op)) {
      return storage;
    }
    boolean asStored = MOVES.contains(op) || units && OF_UNITS.contains(op);
    return asStored && saved(node) != ElementType.F32 ? node.output().type() : ElementType.F32;
  }

  /**
   * The type of the value by which a gradient selects; storage if there is none. Rounded, it could
   * have maxima elsewhere than the forward pass had.
   */
  private ElementType saved(Node node) {
    List<Value> inputs = node.inputs();
    if (node.op() instanceof JointGradient gradient && gradient.forward().isFused()) {
      return inputs.get(inputs.size() - 2).type();
    }
    boolean saves = node.op() instanceof InputGradient gradient && gradient.indexOfDy() == 1;
    return saves ? inputs.get(0).type() : storage;
  }

  /** The type to which a node's operands are rounded before it reads them. */
  ElementType operands(Node node) {
    return PRODUCTS.contains(forward(node)) ? storage : of(node);
  }

  private static Class<? extends Op> forward(Node node) {
    Op op = node.op();
    if (op instanceof InputGradient gradient) {
      op = gradient.forward();
    } else if (op instanceof JointGradient gradient) {
      op = gradient.forward();
    } else if (op instanceof WeightGradient gradient) {
      op = gradient.forward();
    }
    return op.getClass();
  }

  /** Whether a node can write its first output over an input, element by element. */
  public boolean canOverwrite(Node node, Value input) {
    ElementType stored = node.output().type();
    return stored == input.type() && stored == of(node);
  }

  /** The network with the types in which its values are stored. */
  public Network apply(Network network) {
    if (storage == ElementType.F32) {
      return network;
    }
    Set<Value> single = single(network);
    return ElementTypes.apply(network, value -> single.contains(value) ? ElementType.F32 : storage);
  }

  /**
   * Inputs and outputs, what a reshape makes of them in the same bytes, statistics and gradients of
   * parameters.
   */
  private static Set<Value> single(Network network) {
    Set<Value> single = new HashSet<>(network.inputs());
    single.addAll(network.outputs().values());
    for (Node node : network.nodes()) {
      boolean ofWeights = node.op() instanceof WeightGradient;
      single.addAll(node.outputs().subList(ofWeights ? 0 : 1, node.outputs().size()));
    }
    int before;
    do {
      before = single.size();
      for (Node node : network.nodes()) {
        if (node.op() instanceof Reshape && spans(single, node)) {
          single.add(node.inputs().get(0));
          single.add(node.output());
        }
      }
    } while (single.size() > before);
    return single;
  }

  private static boolean spans(Set<Value> single, Node reshape) {
    return single.contains(reshape.output()) || single.contains(reshape.inputs().get(0));
  }
}
