package org.residuum.format.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.residuum.network.Node;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.BatchNorm;
import org.residuum.network.op.Concat;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.Gather;
import org.residuum.network.op.GlobalAveragePool;
import org.residuum.network.op.Multiply;
import org.residuum.network.op.Op;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Reshape;
import org.residuum.network.op.SliceChannels;
import org.residuum.network.op.Softmax;
import org.residuum.network.op.Subsample;
import org.residuum.network.op.Transpose;
import org.residuum.network.op.Window;

/** Writes each node of a network as one or more nodes of ONNX. */
final class NodeExport {
  private final GraphWriter graph;
  private final Map<Value, String> names;
  private final int opset;

  NodeExport(GraphWriter graph, Map<Value, String> names, int opset) {
    this.graph = graph;
    this.names = names;
    this.opset = opset;
  }

  void write(Node node) {
    Op op = node.op();
    if (op instanceof Conv2d conv) {
      GraphWriter.NodeWriter made =
          windowed(start("Conv", node), conv.window()).attribute("group", conv.groups());
      product(node, made, conv.epilogue());
    } else if (op instanceof Dense dense) {
      product(node, start("Gemm", node).attribute("transB", 1), dense.epilogue());
    } else if (op instanceof BatchNorm norm) {
      batchNorm(node, norm);
    } else if (op instanceof Add add) {
      finish(node, start("Add", node).input(input(node, 1)), "sum", add.activation());
    } else if (op instanceof Activate activate) {
      activate(node.name(), activate.activation(), input(node, 0), result(node));
    } else if (op instanceof Pool2d pool) {
      pool(node, pool);
    } else {
      simple(node, op);
    }
  }

  /** The operations without parameters and without activation. */
  private void simple(Node node, Op op) {
    GraphWriter.NodeWriter made;
    if (op instanceof Multiply) {
      made = start("Mul", node).input(input(node, 1));
    } else if (op instanceof GlobalAveragePool) {
      made = start("GlobalAveragePool", node);
    } else if (op instanceof Softmax) {
      made = start("Softmax", node).attribute("axis", 1);
    } else if (op instanceof Reshape reshape) {
      made = reshape(node, reshape.shape());
    } else if (op instanceof Subsample subsample) {
      long[] steps = {subsample.stride(), subsample.stride()};
      made = slice(node, new long[2], new long[] {Long.MAX_VALUE, Long.MAX_VALUE}, steps, 2, 3);
    } else if (op instanceof SliceChannels slice) {
      long[] ends = {slice.from() + slice.count()};
      made = slice(node, new long[] {slice.from()}, ends, new long[] {1}, 1);
    } else if (op instanceof PadChannels pad) {
      made = pad(node.name(), input(node, 0), 4, 1, pad.before(), pad.after(), 0);
    } else if (op instanceof Transpose transpose) {
      made = start("Transpose", node).attribute("perm", longs(transpose.permutation()));
    } else if (op instanceof Concat concat) {
      made = start("Concat", node).attribute("axis", concat.axis());
      for (int i = 1; i < node.inputs().size(); i++) {
        made.input(input(node, i));
      }
    } else if (op instanceof Gather gather) {
      made = gather(node, gather);
    } else {
      throw new IllegalArgumentException(
          "node "
              + node.name()
              + " ("
              + op.label()
              + ") belongs to training; write the network for inference");
    }
    made.write(result(node));
  }

  private GraphWriter.NodeWriter start(String opType, Node node) {
    return graph.node(opType, node.name()).input(input(node, 0));
  }

  private String input(Node node, int index) {
    return names.get(node.inputs().get(index));
  }

  private String result(Node node) {
    return names.get(node.output());
  }

  /** Weight and bias, then the sum with the residual, then the activation. */
  private void product(Node node, GraphWriter.NodeWriter made, Epilogue epilogue) {
    node.parameters().forEach(spec -> made.input(spec.name()));
    if (!epilogue.residual()) {
      finish(node, made, "product", epilogue.activation());
      return;
    }
    String product = made.write(graph.unique(node.name() + ".product"));
    GraphWriter.NodeWriter sum = graph.node("Add", node.name() + ".add").input(product);
    finish(node, sum.input(input(node, 1)), "sum", epilogue.activation());
  }

  private void finish(
      Node node, GraphWriter.NodeWriter made, String between, Activation activation) {
    if (activation.isNone()) {
      made.write(result(node));
    } else {
      String x = made.write(graph.unique(node.name() + "." + between));
      activate(
          node.name() + "." + activation.kind().name().toLowerCase(java.util.Locale.ROOT),
          activation,
          x,
          result(node));
    }
  }

  private void activate(String name, Activation activation, String x, String y) {
    GraphWriter.NodeWriter made =
        switch (activation.kind()) {
          case NONE -> graph.node("Identity", name).input(x);
          case RELU -> graph.node("Relu", name).input(x);
          case SIGMOID -> graph.node("Sigmoid", name).input(x);
          case CLIP ->
              graph
                  .node("Clip", name)
                  .input(x)
                  .input(graph.scalar(name + ".min", activation.low()))
                  .input(graph.scalar(name + ".max", activation.high()));
        };
    made.write(y);
  }

  /** ONNX's momentum is the share of the old statistics, PyTorch's that of the new. */
  private void batchNorm(Node node, BatchNorm norm) {
    if (norm.training()) {
      throw new IllegalArgumentException(
          "node " + node.name() + " is a batch norm in training; write the network for inference");
    }
    GraphWriter.NodeWriter made = start("BatchNormalization", node);
    node.parameters().forEach(spec -> made.input(spec.name()));
    made.attribute("epsilon", norm.epsilon()).attribute("momentum", 1 - norm.momentum());
    finish(node, made, "normal", norm.activation());
  }

  private void pool(Node node, Pool2d pool) {
    boolean max = pool.kind() == Pool2d.Kind.MAX;
    Window window = pool.window();
    boolean dilated = window.dilationY() != 1 || window.dilationX() != 1;
    if (!max && dilated && opset < 19) {
      throw new IllegalArgumentException(
          "node " + node.name() + ": average pooling with dilation needs opset 19, not " + opset);
    }
    GraphWriter.NodeWriter made = start(max ? "MaxPool" : "AveragePool", node);
    if (max || dilated) {
      windowed(made, window);
    } else {
      undilated(made, window);
    }
    made.attribute("ceil_mode", pool.ceilMode() ? 1 : 0);
    if (!max) {
      made.attribute("count_include_pad", pool.countPadding() ? 1 : 0);
    }
    made.write(result(node));
  }

  private static GraphWriter.NodeWriter windowed(GraphWriter.NodeWriter made, Window window) {
    return undilated(made, window)
        .attribute("dilations", new long[] {window.dilationY(), window.dilationX()});
  }

  private static GraphWriter.NodeWriter undilated(GraphWriter.NodeWriter made, Window window) {
    long[] pads = {window.padTop(), window.padLeft(), window.padBottom(), window.padRight()};
    return made.attribute("kernel_shape", new long[] {window.height(), window.width()})
        .attribute("strides", new long[] {window.strideY(), window.strideX()})
        .attribute("pads", pads);
  }

  /** A free batch size is copied, as ONNX's extent 0 says. */
  private GraphWriter.NodeWriter reshape(Node node, Shape shape) {
    if (shape.isBatched() && shape.rank() == 2) {
      return start("Flatten", node).attribute("axis", 1);
    }
    long[] extents = new long[shape.rank()];
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = shape.extent(axis) == Shape.N ? 0 : shape.extent(axis);
    }
    return start("Reshape", node).input(graph.integers(node.name() + ".shape", extents));
  }

  private GraphWriter.NodeWriter slice(
      Node node, long[] starts, long[] ends, long[] steps, long... axes) {
    return start("Slice", node)
        .input(graph.integers(node.name() + ".starts", starts))
        .input(graph.integers(node.name() + ".ends", ends))
        .input(graph.integers(node.name() + ".axes", axes))
        .input(graph.integers(node.name() + ".steps", steps));
  }

  private GraphWriter.NodeWriter pad(
      String name, String x, int rank, int axis, int before, int after, float fill) {
    long[] amounts = new long[2 * rank];
    amounts[axis] = before;
    amounts[rank + axis] = after;
    return graph
        .node("Pad", name)
        .input(x)
        .input(graph.integers(name + ".pads", amounts))
        .input(graph.scalar(name + ".value", fill));
  }

  /** The fill becomes one element more at the end of the axis, which the indices then name. */
  private GraphWriter.NodeWriter gather(Node node, Gather op) {
    String x = input(node, 0);
    Shape shape = node.inputs().get(0).shape();
    long[] indices = longs(op.indices());
    if (op.indices().contains(Gather.FILL)) {
      int extent = shape.extent(op.axis());
      String name = node.name() + ".fill";
      x = pad(name, x, shape.rank(), op.axis(), 0, 1, op.fill()).write(graph.unique(name));
      for (int i = 0; i < indices.length; i++) {
        indices[i] = indices[i] == Gather.FILL ? extent : indices[i];
      }
    }
    return graph
        .node("Gather", node.name())
        .input(x)
        .input(graph.integers(node.name() + ".indices", indices))
        .attribute("axis", op.axis());
  }

  private static long[] longs(List<Integer> values) {
    List<Long> wide = new ArrayList<>();
    values.forEach(value -> wide.add((long) value));
    return wide.stream().mapToLong(Long::longValue).toArray();
  }
}
