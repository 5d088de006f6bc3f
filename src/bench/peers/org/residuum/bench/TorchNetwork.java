package org.residuum.bench;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.GlobalAveragePool;
import org.residuum.network.op.Input;
import org.residuum.network.op.Op;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Reshape;
import org.residuum.network.op.Subsample;
import org.residuum.network.op.Window;

/**
 * A network as calls of PyTorch's operators through DJL, the calls that {@link DjlBlocks} end in. A
 * value is released after its last use, as Python would, and residuals are added in place, as
 * torchvision does.
 */
final class TorchNetwork {
  private final Network network;
  private final Map<String, PtNDArray> parameters;
  private final boolean training;
  private final Map<Value, Node> maker = new HashMap<>();
  private final Map<Value, Integer> lastUse = new HashMap<>();
  private final Map<Value, PtNDArray> live = new HashMap<>();

  TorchNetwork(Network network, Map<String, PtNDArray> parameters, boolean training) {
    this.network = network;
    this.parameters = parameters;
    this.training = training;
    for (int i = 0; i < network.nodes().size(); i++) {
      Node node = network.nodes().get(i);
      maker.put(node.output(), node);
      for (Value value : node.inputs()) {
        lastUse.put(value, i);
      }
    }
    network.inputs().forEach(lastUse::remove);
    network.outputs().values().forEach(lastUse::remove);
  }

  /** The only output, for the caller to close. */
  PtNDArray run(PtNDArray x) {
    List<Node> nodes = network.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      live.put(node.output(), node.op() instanceof Input ? x : apply(node, i));
      for (Value value : node.inputs()) {
        if (lastUse.getOrDefault(value, -1) == i) {
          release(value, live.get(node.output()));
        }
      }
    }
    PtNDArray result = live.get(network.outputs().values().iterator().next());
    live.clear();
    return result;
  }

  private void release(Value value, PtNDArray successor) {
    PtNDArray array = live.remove(value);
    if (array != null && array != successor) {
      array.close();
    }
  }

  private PtNDArray apply(Node node, int index) {
    Op op = node.op();
    PtNDArray x = live.get(node.inputs().get(0));
    if (op instanceof Conv2d conv && conv.epilogue().equals(Epilogue.NONE)) {
      return convolve(node, conv, x);
    } else if (op instanceof Dense dense && dense.epilogue().equals(Epilogue.NONE)) {
      return JniUtils.linear(x, parameter(node, 0), dense.bias() ? parameter(node, 1) : null);
    } else if (op instanceof BatchNorm norm && norm.activation().isNone()) {
      return normalise(node, norm, x);
    } else if (op instanceof Activate activate && activate.activation().equals(Activation.RELU)) {
      return JniUtils.relu(x);
    } else if (op instanceof Add) {
      return add(node, index, x, live.get(node.inputs().get(1)));
    } else if (op instanceof Pool2d pool && pool.kind() == Pool2d.Kind.MAX) {
      Window w = pool.window();
      return JniUtils.maxPool(
          x, Torch.extent(w), Torch.stride(w), Torch.padding(w), pool.ceilMode());
    } else if (op instanceof GlobalAveragePool) {
      return JniUtils.adaptiveAvgPool(x, new Shape(1, 1));
    } else if (op instanceof Reshape reshape && reshape.shape().rank() == 2) {
      return x.reshape(new Shape(-1, reshape.shape().extent(1)));
    } else if (op instanceof Subsample subsample) {
      return subsample(x, subsample.stride());
    } else if (op instanceof PadChannels pad) {
      return JniUtils.pad(x, new long[] {0, 0, 0, 0, pad.before(), pad.after()}, 0);
    }
    throw new IllegalArgumentException(
        "node " + node.name() + ": " + op.label() + " has no translation to PyTorch here");
  }

  private PtNDArray parameter(Node node, int index) {
    return parameters.get(node.parameters().get(index).name());
  }

  private PtNDArray convolve(Node node, Conv2d conv, PtNDArray x) {
    Window w = conv.window();
    Shape dilation = new Shape(w.dilationY(), w.dilationX());
    PtNDArray bias = conv.bias() ? parameter(node, 1) : null;
    return JniUtils.convolution(
        x, parameter(node, 0), bias, Torch.stride(w), Torch.padding(w), dilation, conv.groups());
  }

  /** Running statistics come before gamma and beta here. */
  private PtNDArray normalise(Node node, BatchNorm norm, PtNDArray x) {
    return JniUtils.batchNorm(
        x,
        parameter(node, 2),
        parameter(node, 3),
        parameter(node, 0),
        parameter(node, 1),
        training,
        norm.momentum(),
        norm.epsilon());
  }

  /** In place where nothing needs the left side any more, a ReLU's gradient included. */
  private PtNDArray add(Node node, int index, PtNDArray left, PtNDArray right) {
    Value target = node.inputs().get(0);
    boolean dies = lastUse.getOrDefault(target, -1) == index && left != right;
    if (!dies || maker.get(target).op() instanceof Activate) {
      return JniUtils.add(left, right);
    }
    JniUtils.addi(left, right);
    return left;
  }

  private static PtNDArray subsample(PtNDArray x, int stride) {
    long height = x.getShape().get(2);
    long width = x.getShape().get(3);
    try (PtNDArray rows = JniUtils.slice(x, 2, 0, height, stride)) {
      return JniUtils.slice(rows, 3, 0, width, stride);
    }
  }
}
