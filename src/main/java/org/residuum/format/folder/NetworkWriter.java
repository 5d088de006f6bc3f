package org.residuum.format.folder;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.residuum.network.ElementType;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Value;

/** A network as JSON, a node a line; values go by their names. */
final class NetworkWriter {
  static final String FORMAT = "residuum-network";
  static final int VERSION = 1;

  private NetworkWriter() {}

  static String write(Network network) {
    requireDistinctValues(network);
    String nodes =
        network.nodes().stream()
            .map(node -> JsonText.write(json -> writeNode(json, node)))
            .collect(Collectors.joining(",\n", "[\n", "\n]"));
    String text =
        JsonText.write(
            json -> {
              json.writeStartObject();
              json.writeStringField("format", FORMAT);
              json.writeNumberField("version", VERSION);
              json.writeStringField("name", network.name());
              json.writeFieldName("nodes");
              json.writeRawValue(nodes);
              json.writeObjectFieldStart("outputs");
              for (Map.Entry<String, Value> output : network.outputs().entrySet()) {
                json.writeStringField(output.getKey(), output.getValue().name());
              }
              json.writeEndObject();
              json.writeEndObject();
            });
    return text + "\n";
  }

  private static void requireDistinctValues(Network network) {
    Set<String> names = new HashSet<>();
    for (Node node : network.nodes()) {
      for (Value value : node.outputs()) {
        if (!names.add(value.name())) {
          throw new IllegalArgumentException(
              network.name() + " has two values " + value.name() + "; rename one of their nodes");
        }
      }
    }
  }

  private static void writeNode(JsonGenerator json, Node node) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", node.name());
    json.writeFieldName("op");
    RecordJson.write(json, node.op());
    json.writeArrayFieldStart("inputs");
    for (Value input : node.inputs()) {
      json.writeString(input.name());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("parameters");
    for (ParameterSpec spec : node.parameters()) {
      writeParameter(json, spec);
    }
    json.writeEndArray();
    if (node.outputs().stream().anyMatch(value -> value.type() != ElementType.F32)) {
      json.writeArrayFieldStart("types");
      for (Value output : node.outputs()) {
        json.writeString(output.type().toString());
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void writeParameter(JsonGenerator json, ParameterSpec spec) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", spec.name());
    json.writeFieldName("shape");
    RecordJson.write(json, spec.shape());
    json.writeStringField("role", spec.role().name());
    json.writeBooleanField("closesBranch", spec.closesBranch());
    if (spec.type() != ElementType.F32) {
      json.writeStringField("type", spec.type().toString());
    }
    json.writeEndObject();
  }
}
