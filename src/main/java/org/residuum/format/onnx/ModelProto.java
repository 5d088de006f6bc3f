package org.residuum.format.onnx;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.residuum.format.FormatException;

/**
 * The fields of {@code ModelProto} that are read.
 *
 * @param opset the version of the standard operators, 0 where the file names none
 */
record ModelProto(long irVersion, String producer, long opset, GraphProto graph) {
  static ModelProto read(Path file, ByteBuffer contents) throws FormatException {
    Wire wire = Wire.open(file, contents, "ModelProto");
    long irVersion = 0;
    long opset = 0;
    String producer = "";
    String producerVersion = "";
    GraphProto graph = null;
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> irVersion = wire.varint();
        case 2 -> producer = wire.text();
        case 3 -> producerVersion = wire.text();
        case 7 -> graph = GraphProto.read(wire.message("GraphProto"));
        case 8 -> opset = Math.max(opset, standardOpset(wire.message("OperatorSetIdProto")));
        default -> wire.skip();
      }
    }
    if (graph == null) {
      throw new FormatException(file, "there is no graph in it; is this an ONNX file?");
    }
    return new ModelProto(irVersion, (producer + " " + producerVersion).strip(), opset, graph);
  }

  private static long standardOpset(Wire wire) throws FormatException {
    String domain = "";
    long version = 0;
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> domain = wire.text();
        case 2 -> version = wire.varint();
        default -> wire.skip();
      }
    }
    return NodeProto.isStandard(domain) ? version : 0;
  }
}
