package org.residuum.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Parameters;
import org.residuum.network.Value;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Add;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Epilogue;
import org.residuum.network.op.GlobalAveragePool;
import org.residuum.network.op.Op;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Pool2d;
import org.residuum.network.op.Reshape;
import org.residuum.network.op.Subsample;
import org.residuum.network.op.Window;

/**
 * A network as DJL's users write it: a {@link SequentialBlock} of DJL's layers, a residual sum as
 * {@link ParallelBlock} with the ReLU after it inside, as in DJL's own {@code ResNetV1}.
 */
final class DjlBlocks {
  private final Map<Value, Node> maker = new HashMap<>();
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final SequentialBlock whole;

  DjlBlocks(Network network) {
    network.nodes().forEach(node -> maker.put(node.output(), node));
    whole = sequence(network.input("x"), network.outputs().values().iterator().next());
  }

  SequentialBlock block() {
    return whole;
  }

  /** DJL's parameters by our names. */
  Map<String, Parameter> parameters() {
    return parameters;
  }

  /** Sets all weights, before the block is initialised. */
  void load(NDManager manager, Parameters values) {
    Map<String, ? extends NDArray> arrays = Torch.arrays(manager, values);
    parameters.forEach((name, parameter) -> parameter.setArray(arrays.get(name)));
  }

  /** What computes {@code to} out of {@code from}, which every path to it passes. */
  private SequentialBlock sequence(Value from, Value to) {
    Deque<Block> blocks = new ArrayDeque<>();
    Value at = to;
    while (!at.equals(from)) {
      Node node = maker.get(at);
      Node sum = isRelu(node) ? maker.get(node.inputs().get(0)) : node;
      if (sum.op() instanceof Add) {
        Value split = split(sum);
        blocks.addFirst(sum(sum, split, sum != node));
        at = split;
      } else {
        blocks.addFirst(layer(node));
        at = node.inputs().get(0);
      }
    }
    return new SequentialBlock().addAll(blocks);
  }

  private static boolean isRelu(Node node) {
    return node.op() instanceof Activate activate
        && activate.activation().equals(org.residuum.network.op.Activation.RELU);
  }

  private Block sum(Node sum, Value split, boolean relu) {
    Block branch = sequence(split, sum.inputs().get(0));
    Value carried = sum.inputs().get(1);
    Block shortcut = carried.equals(split) ? Blocks.identityBlock() : sequence(split, carried);
    return new ParallelBlock(
        results -> {
          NDArray y = results.get(0).singletonOrThrow().add(results.get(1).singletonOrThrow());
          return new NDList(relu ? y.getNDArrayInternal().relu() : y);
        },
        List.of(branch, shortcut));
  }

  /** The last value that both sides of a sum are made of. */
  private Value split(Node sum) {
    Set<Value> shared = sources(sum.inputs().get(0));
    shared.retainAll(sources(sum.inputs().get(1)));
    return shared.stream().max((a, b) -> Integer.compare(a.id(), b.id())).orElseThrow();
  }

  private Set<Value> sources(Value value) {
    Set<Value> sources = new HashSet<>();
    Deque<Value> open = new ArrayDeque<>(List.of(value));
    while (!open.isEmpty()) {
      Value next = open.pop();
      if (sources.add(next)) {
        open.addAll(maker.get(next).inputs());
      }
    }
    return sources;
  }

  private Block layer(Node node) {
    Op op = node.op();
    if (isRelu(node)) {
      return Activation.reluBlock();
    } else if (op instanceof Conv2d conv && conv.epilogue().equals(Epilogue.NONE)) {
      return named(node, convolution(conv));
    } else if (op instanceof Dense dense && dense.epilogue().equals(Epilogue.NONE)) {
      return named(
          node, Linear.builder().setUnits(dense.outFeatures()).optBias(dense.bias()).build());
    } else if (op instanceof org.residuum.network.op.BatchNorm norm && norm.activation().isNone()) {
      return named(node, normalisation(norm));
    } else if (op instanceof Pool2d pool && pool.kind() == Pool2d.Kind.MAX) {
      Window w = pool.window();
      return Pool.maxPool2dBlock(
          Torch.extent(w), Torch.stride(w), Torch.padding(w), pool.ceilMode());
    } else if (op instanceof GlobalAveragePool) {
      return Pool.globalAvgPool2dBlock();
    } else if (op instanceof Reshape reshape && reshape.shape().rank() == 2) {
      return Blocks.batchFlattenBlock();
    } else if (op instanceof Subsample subsample) {
      int stride = subsample.stride();
      NDIndex index = new NDIndex(":, :, ::" + stride + ", ::" + stride);
      return LambdaBlock.singleton(x -> x.get(index));
    } else if (op instanceof PadChannels pad) {
      Shape amounts = new Shape(0, 0, 0, 0, pad.before(), pad.after());
      return LambdaBlock.singleton(x -> x.pad(amounts, 0));
    }
    throw new IllegalArgumentException(
        "node " + node.name() + ": " + op.label() + " has no translation to DJL's blocks here");
  }

  /** DJL lists a layer's parameters in our order. */
  private Block named(Node node, Block layer) {
    List<Parameter> own = layer.getParameters().values();
    for (int i = 0; i < own.size(); i++) {
      parameters.put(node.parameters().get(i).name(), own.get(i));
    }
    return layer;
  }

  private static Block convolution(Conv2d conv) {
    Window w = conv.window();
    return ai.djl.nn.convolutional.Conv2d.builder()
        .setFilters(conv.outChannels())
        .setKernelShape(Torch.extent(w))
        .optStride(Torch.stride(w))
        .optPadding(Torch.padding(w))
        .optDilation(new Shape(w.dilationY(), w.dilationX()))
        .optGroups(conv.groups())
        .optBias(conv.bias())
        .build();
  }

  /** DJL's momentum is the share that stays. */
  private static Block normalisation(org.residuum.network.op.BatchNorm norm) {
    return BatchNorm.builder().optEpsilon(norm.epsilon()).optMomentum(1 - norm.momentum()).build();
  }
}
