package org.residuum.format.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.format.FormatException;

/**
 * One node of the graph.
 *
 * @param inputs value names, "" for one left out
 */
record NodeProto(
    String name,
    String opType,
    String domain,
    List<String> inputs,
    List<String> outputs,
    Map<String, AttributeProto> attributes) {
  static NodeProto read(Wire wire) throws FormatException {
    wire.budget().charge(256, wire.offset());
    String name = "";
    String opType = "";
    String domain = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    Map<String, AttributeProto> attributes = new LinkedHashMap<>();
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> inputs.add(wire.text());
        case 2 -> outputs.add(wire.text());
        case 3 -> name = wire.text();
        case 4 -> opType = wire.text();
        case 5 -> {
          AttributeProto attribute = AttributeProto.read(wire.message("AttributeProto"));
          if (attributes.put(attribute.name(), attribute) != null) {
            throw wire.error(
                "node "
                    + FormatException.quote(name)
                    + " has two attributes "
                    + FormatException.quote(attribute.name()));
          }
        }
        case 7 -> domain = wire.text();
        default -> wire.skip();
      }
    }
    return new NodeProto(name, opType, domain, inputs, outputs, attributes);
  }

  /** An operator's domain and name in one. */
  static String identifier(String domain, String opType) {
    return (isStandard(domain) ? "" : domain) + ":" + opType;
  }

  String identifier() {
    return identifier(domain, opType);
  }

  static boolean isStandard(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  /** The node as an error message names it. */
  String title() {
    return name.isEmpty() && !outputs.isEmpty()
        ? "the " + operator() + " node that makes " + FormatException.quote(outputs.get(0))
        : "node " + FormatException.quote(name) + " (" + operator() + ")";
  }

  /** The operator's name with its domain, fit for a message. */
  String operator() {
    boolean plain = isStandard(domain) || !Operators.isOfFile(this);
    String full = plain ? opType : domain + "." + opType;
    String quoted = FormatException.quote(full);
    return quoted.substring(1, quoted.length() - 1);
  }
}
