package org.residuum.format.onnx;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.residuum.format.FormatException;

/**
 * The fields of {@code ModelProto} that are read.
 *
 * @param opset the version of the standard operators, 0 where the file names none
 * @param functions the operators that the file itself defines, see {@link NodeProto#identifier}
 * @param metadata its {@code metadata_props}
 */
record ModelProto(
    long irVersion,
    String producer,
    long opset,
    GraphProto graph,
    Set<String> functions,
    Map<String, String> metadata) {
  private static final int LONGEST_PROPERTY = 4 << 20;

  static ModelProto read(Path file, ByteBuffer contents) throws FormatException {
    Wire wire = Wire.open(file, contents, "ModelProto");
    long irVersion = 0;
    long opset = 0;
    String producer = "";
    String producerVersion = "";
    GraphProto graph = null;
    Set<String> functions = new HashSet<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> irVersion = wire.varint();
        case 2 -> producer = wire.text();
        case 3 -> producerVersion = wire.text();
        case 7 -> graph = GraphProto.read(wire.message("GraphProto"));
        case 8 -> opset = common(wire, opset, standardOpset(wire.message("OperatorSetIdProto")));
        case 14 -> property(wire.message("StringStringEntryProto"), metadata);
        case 25 -> functions.add(function(wire.message("FunctionProto")));
        default -> wire.skip();
      }
    }
    if (graph == null) {
      throw new FormatException(file, "there is no graph in it; is this an ONNX file?");
    }
    return new ModelProto(
        irVersion, (producer + " " + producerVersion).strip(), opset, graph, functions, metadata);
  }

  /** The model with one of its outputs alone. */
  ModelProto only(Path file, String output) throws FormatException {
    for (ValueInfo info : graph.outputs()) {
      if (info.name().equals(output)) {
        return new ModelProto(
            irVersion,
            producer,
            opset,
            graph.with(graph.nodes(), List.of(info)),
            functions,
            metadata);
      }
    }
    String known =
        graph.outputs().stream()
            .map(info -> FormatException.quote(info.name()))
            .collect(Collectors.joining(", "));
    throw new FormatException(
        file, "there is no output " + FormatException.quote(output) + "; there are " + known);
  }

  private static long common(Wire wire, long known, long stated) throws FormatException {
    if (known != 0 && stated != 0 && known != stated) {
      throw wire.error(
          "the standard operators are imported as opset "
              + known
              + " and as opset "
              + stated
              + "; a file has one");
    }
    return Math.max(known, stated);
  }

  private static void property(Wire wire, Map<String, String> metadata) throws FormatException {
    wire.budget().charge(128, wire.offset());
    String key = "";
    String value = "";
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> key = property(wire);
        case 2 -> value = property(wire);
        default -> wire.skip();
      }
    }
    metadata.put(key, value);
  }

  /**
   * Longer than a name may be: it can hold those of all classes. A huge one is no use to anyone.
   */
  private static String property(Wire wire) throws FormatException {
    int offset = wire.offset();
    ByteBuffer bytes = wire.bytes();
    if (bytes.remaining() > LONGEST_PROPERTY) {
      return "";
    }
    wire.budget().charge(2L * bytes.remaining(), offset);
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private static String function(Wire wire) throws FormatException {
    String name = "";
    String domain = "";
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> name = wire.text();
        case 10 -> domain = wire.text();
        default -> wire.skip();
      }
    }
    return NodeProto.identifier(domain, name);
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
