package org.residuum.format.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.residuum.format.protobuf.Message;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

/** Fills a {@code GraphProto}: nodes, initialisers, inputs and outputs. */
final class GraphWriter {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private final Message graph = new Message();
  private final Names names = new Names();
  private final Names nodeNames = new Names();

  /** A name that no other value of the graph has. */
  String unique(String wanted) {
    return names.unique(wanted);
  }

  Message message() {
    return graph;
  }

  /** Starts a node; {@link NodeWriter#write} closes it. */
  NodeWriter node(String opType, String name) {
    return new NodeWriter(opType, nodeNames.unique(name));
  }

  /** One node. */
  final class NodeWriter {
    private static final int FLOAT_ATTRIBUTE = 1;
    private static final int INT_ATTRIBUTE = 2;
    private static final int STRING_ATTRIBUTE = 3;
    private static final int INTS_ATTRIBUTE = 7;

    private final Message node = new Message();

    private NodeWriter(String opType, String name) {
      node.text(4, opType).text(3, name);
    }

    NodeWriter input(String value) {
      node.text(1, value);
      return this;
    }

    NodeWriter attribute(String key, float value) {
      return attribute(key, FLOAT_ATTRIBUTE, new Message().float32(2, value));
    }

    NodeWriter attribute(String key, String value) {
      return attribute(key, STRING_ATTRIBUTE, new Message().text(4, value));
    }

    NodeWriter attribute(String key, int value) {
      return attribute(key, INT_ATTRIBUTE, new Message().integer(3, value));
    }

    NodeWriter attribute(String key, long... values) {
      return attribute(key, INTS_ATTRIBUTE, new Message().integers(8, values));
    }

    private NodeWriter attribute(String key, int type, Message value) {
      node.message(5, value.text(1, key).integer(20, type));
      return this;
    }

    /** Adds the node to the graph and gives the name of its output. */
    String write(String output) {
      node.text(2, output);
      graph.message(1, node);
      return output;
    }
  }

  void initializer(String name, Tensor tensor) {
    Message message = tensorHead(name, FLOAT, tensor.shape().toArray());
    graph.message(5, message.values(9, tensor));
  }

  /** Integers as an initialiser of one axis; gives its name. */
  String integers(String wanted, long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    String name = unique(wanted);
    graph.message(5, tensorHead(name, INT64, values.length).bytes(9, bytes.array()));
    return name;
  }

  /** One float as an initialiser without axes; gives its name. */
  String scalar(String wanted, float value) {
    String name = unique(wanted);
    initializer(name, Tensor.of(Shape.of(), value));
    return name;
  }

  private static Message tensorHead(String name, int type, int... extents) {
    Message tensor = new Message();
    for (int extent : extents) {
      tensor.integer(1, extent);
    }
    return tensor.integer(2, type).text(8, name);
  }

  void input(String name, Shape shape) {
    graph.message(11, valueInfo(name, shape));
  }

  void output(String name, Shape shape) {
    graph.message(12, valueInfo(name, shape));
  }

  private static Message valueInfo(String name, Shape shape) {
    Message dimensions = new Message();
    for (int extent : shape.toArray()) {
      Message dimension = new Message();
      dimensions.message(
          1, extent == Shape.N ? dimension.text(2, "N") : dimension.integer(1, extent));
    }
    Message tensor = new Message().integer(1, FLOAT).message(2, dimensions);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }
}
