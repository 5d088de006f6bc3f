package org.residuum.format.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.residuum.format.protobuf.Message;
import org.residuum.network.Shape;

/** Builds ONNX files node by node, good ones and bad ones. */
final class TestGraph {
  private final Message graph = new Message().text(2, "test");
  private final Random random = new Random(1);
  private final Names names = new Names();

  TestGraph input(String name, long... extents) {
    return value(11, name, true, extents);
  }

  /** Negative extents are written as they are. */
  TestGraph inputAsStated(String name, long... extents) {
    return value(11, name, false, extents);
  }

  TestGraph output(String name, long... extents) {
    return value(12, name, true, extents);
  }

  /** Without a shape, which checkers then infer. */
  TestGraph outputOfAnyShape(String name) {
    Message type = new Message().message(1, new Message().integer(1, 1));
    graph.message(12, new Message().text(1, name).message(2, type));
    return this;
  }

  /** An extent of -1 is symbolic. */
  private TestGraph value(int field, String name, boolean symbols, long... extents) {
    Message dimensions = new Message();
    for (long extent : extents) {
      Message dimension = new Message();
      dimensions.message(
          1, symbols && extent == -1 ? dimension.text(2, "N") : dimension.integer(1, extent));
    }
    Message tensor = new Message().integer(1, 1).message(2, dimensions);
    graph.message(field, new Message().text(1, name).message(2, new Message().message(1, tensor)));
    return this;
  }

  /**
   * A node.
   *
   * @param inputs names, blanks between them; {@code _} leaves one out
   */
  TestGraph node(String opType, String inputs, String output, Message... attributes) {
    return nodeWithOutputs(opType, inputs, output, attributes);
  }

  /** The same with several outputs, blanks between them. */
  TestGraph nodeWithOutputs(String opType, String inputs, String outputs, Message... attributes) {
    Message node = new Message();
    for (String input : inputs.isEmpty() ? new String[0] : inputs.split(" ")) {
      node.text(1, input.equals("_") ? "" : input);
    }
    for (String output : outputs.split(" ")) {
      node.text(2, output);
    }
    node.text(3, names.unique("my" + opType)).text(4, opType);
    for (Message attribute : attributes) {
      node.message(5, attribute);
    }
    graph.message(1, node);
    return this;
  }

  static Message ints(String key, long... values) {
    return new Message().text(1, key).integer(20, 7).integers(8, values);
  }

  static Message integer(String key, long value) {
    return new Message().text(1, key).integer(20, 2).integer(3, value);
  }

  static Message number(String key, float value) {
    return new Message().text(1, key).integer(20, 1).float32(2, value);
  }

  static Message text(String key, String value) {
    return new Message().text(1, key).integer(20, 3).text(4, value);
  }

  TestGraph longs(String name, long... values) {
    ByteBuffer bytes = buffer(Long.BYTES * values.length);
    bytes.asLongBuffer().put(values);
    return tensor(head(name, 7, values.length).bytes(9, bytes.array()));
  }

  TestGraph scalar(String name, float value) {
    return tensor(head(name, 1).bytes(9, buffer(4).putFloat(0, value).array()));
  }

  TestGraph filled(String name, float value, long... extents) {
    ByteBuffer bytes = buffer(4 * Shape.of(ints(extents)).elements());
    while (bytes.hasRemaining()) {
      bytes.putFloat(value);
    }
    return tensor(head(name, 1, extents).bytes(9, bytes.array()));
  }

  /** Random weights in ±1. */
  TestGraph weights(String name, long... extents) {
    ByteBuffer bytes = buffer(4 * Shape.of(ints(extents)).elements());
    while (bytes.hasRemaining()) {
      bytes.putFloat(2 * random.nextFloat() - 1);
    }
    return tensor(head(name, 1, extents).bytes(9, bytes.array()));
  }

  TestGraph tensor(Message tensor) {
    graph.message(5, tensor);
    return this;
  }

  /** An import of operators. */
  static Message operators(String domain, int opset) {
    return new Message().bytes(1, domain.getBytes(StandardCharsets.UTF_8)).integer(2, opset);
  }

  /** A tensor without its values. */
  static Message head(String name, int type, long... extents) {
    return new Message().integers(1, extents).integer(2, type).text(8, name);
  }

  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int[] ints(long... values) {
    int[] ints = new int[values.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = Math.toIntExact(values[i]);
    }
    return ints;
  }

  /**
   * Writes the file.
   *
   * @param opset of the standard operators
   * @param more fields of the model
   */
  Path write(Path file, int opset, Message... more) throws IOException {
    Message model =
        new Message()
            .integer(1, opset < 10 ? 4 : 8)
            .text(2, "test")
            .message(8, operators("", opset))
            .message(7, graph);
    try (WritableByteChannel channel = Channels.newChannel(Files.newOutputStream(file))) {
      model.writeTo(channel);
      for (Message fields : more) {
        fields.writeTo(channel);
      }
    }
    return file;
  }
}
