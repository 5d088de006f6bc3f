package org.residuum.backend.cuda.op;

import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.gradient.JointGradient;
import org.residuum.network.gradient.SoftmaxCrossEntropyGradient;
import org.residuum.network.gradient.WeightGradient;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Concat;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Gather;
import org.residuum.network.op.GlobalAveragePool;
import org.residuum.network.op.Input;
import org.residuum.network.op.Multiply;
import org.residuum.network.op.Op;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Reshape;
import org.residuum.network.op.SliceChannels;
import org.residuum.network.op.Softmax;
import org.residuum.network.op.SoftmaxCrossEntropy;
import org.residuum.network.op.Subsample;
import org.residuum.network.op.Transpose;
import org.residuum.plan.MemoryPlan;

/** Chooses the steps of each node. */
public final class Translator {
  private final Assembly assembly;
  private final MemoryPlan memory;

  private Translator(Assembly assembly, MemoryPlan memory) {
    this.assembly = assembly;
    this.memory = memory;
  }

  /** Appends the steps of the whole network to the assembly. */
  public static void translate(Network network, MemoryPlan memory, Assembly assembly) {
    Translator translator = new Translator(assembly, memory);
    for (Node node : network.nodes()) {
      assembly.begin(node);
      translator.translate(node);
    }
  }

  private void translate(Node node) {
    Op op = node.op();
    if (op instanceof Input) {
      return;
    }
    Shape x = node.inputs().get(0).shape();
    Shape y = node.output().shape();
    if (op instanceof Conv2d conv) {
      new Convolutions(assembly, conv, x).forward(sharesResidual(node));
    } else if (op instanceof Dense dense) {
      new DenseLayers(assembly, dense, x).forward(sharesResidual(node));
    } else if (op instanceof BatchNorm norm) {
      new Norms(assembly, norm, x).forward();
    } else if (op instanceof Activate activate) {
      new Pointwise(assembly).activate(activate.activation(), x);
    } else if (op instanceof Add add) {
      new Pointwise(assembly).add(add.activation(), x);
    } else if (op instanceof Multiply) {
      new Pointwise(assembly).multiply(x, node.inputs().get(1).shape());
    } else if (op instanceof Pool2d pool) {
      new Pools(assembly, x).forward(pool);
    } else if (op instanceof GlobalAveragePool) {
      new Pools(assembly, x).globalForward();
    } else if (op instanceof Reshape) {
      if (!Moves.keepsPlace(x, y)) {
        new Moves(assembly).reshape(x, y);
      } else {
        assembly.copy(assembly.input(0), assembly.output(0), bytes(node.output()));
      }
    } else if (op instanceof Softmax) {
      new Pointwise(assembly).softmax(x);
    } else if (op instanceof Subsample subsample) {
      new Moves(assembly).subsample(x, y, subsample.stride());
    } else if (op instanceof PadChannels pad) {
      new Moves(assembly).padChannels(x, y, pad.before());
    } else if (op instanceof SliceChannels slice) {
      new Moves(assembly).sliceChannels(x, y, slice.from());
    } else if (op instanceof Concat concat) {
      new Rearrangements(assembly).concat(concat.axis(), node.inputShapes(), y);
    } else if (op instanceof Transpose transpose) {
      new Rearrangements(assembly).transpose(transpose.permutation(), x, y);
    } else if (op instanceof Gather gather) {
      new Rearrangements(assembly).gather(gather, x, y);
    } else {
      translateTraining(node, op, x);
    }
  }

  private long bytes(Value value) {
    return assembly.elements(value.shape()) * assembly.type(value).bytes();
  }

  private void translateTraining(Node node, Op op, Shape x) {
    if (op instanceof SoftmaxCrossEntropy loss) {
      new Losses(assembly, x).loss(loss.labelSmoothing());
    } else if (op instanceof SoftmaxCrossEntropyGradient loss) {
      new Losses(assembly, x).gradient(loss.labelSmoothing());
    } else if (op instanceof JointGradient gradient) {
      new Norms(assembly, (BatchNorm) gradient.forward(), x).gradient();
    } else if (op instanceof WeightGradient gradient) {
      weightGradient(gradient.forward(), x);
    } else if (op instanceof InputGradient gradient) {
      inputGradient(node, gradient);
    } else {
      throw new IllegalArgumentException(
          "node "
              + node.name()
              + ": the CUDA backend does not know "
              + op.label()
              + "; run this network with --device cpu");
    }
  }

  private void weightGradient(Op forward, Shape x) {
    if (forward instanceof Conv2d conv) {
      new Convolutions(assembly, conv, x).weightGradient();
    } else {
      new DenseLayers(assembly, (Dense) forward, x).weightGradient();
    }
  }

  private void inputGradient(Node node, InputGradient gradient) {
    Op forward = gradient.forward();
    Shape x = gradient.inputShape();
    if (forward instanceof Conv2d conv) {
      new Convolutions(assembly, conv, x).inputGradient();
    } else if (forward instanceof Dense dense) {
      new DenseLayers(assembly, dense, x).inputGradient();
    } else if (forward instanceof Pool2d pool) {
      new Pools(assembly, x).gradient(pool);
    } else if (forward instanceof GlobalAveragePool) {
      new Pools(assembly, x).globalGradient();
    } else if (forward instanceof Activate activate) {
      new Pointwise(assembly).activationGradient(activate.activation(), x);
    } else if (forward instanceof Multiply) {
      new Pointwise(assembly).multiply(x, x);
    } else if (forward instanceof Softmax) {
      new Pointwise(assembly).softmaxGradient(x);
    } else if (forward instanceof Subsample subsample) {
      Value dy = node.inputs().get(node.inputs().size() - 1);
      new Moves(assembly).subsampleGradient(x, dy.shape(), subsample.stride());
    } else {
      throw new IllegalArgumentException(
          "node " + node.name() + ": the CUDA backend has no gradient of " + forward.label());
    }
  }

  /** Whether the memory plan let the sum take over the residual's bytes. */
  private boolean sharesResidual(Node node) {
    return node.inputs().size() == 2
        && memory.offset(node.inputs().get(1)) == memory.offset(node.output());
  }
}
