package org.residuum.format.folder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.format.FormatException;
import org.residuum.network.ElementType;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Value;
import org.residuum.network.op.Op;

/** Reads what {@link NetworkWriter} writes, strictly: what it does not know, it names. */
final class NetworkReader {
  private static final Set<String> NETWORK_KEYS =
      Set.of("format", "version", "name", "nodes", "outputs");
  private static final Set<String> NODE_KEYS =
      Set.of("name", "op", "inputs", "parameters", "types");
  private static final Set<String> PARAMETER_KEYS =
      Set.of("name", "shape", "role", "closesBranch", "type");

  private final Map<String, Value> values = new HashMap<>();
  private final NetworkBuilder net;

  private NetworkReader(String name) {
    net = new NetworkBuilder(name);
  }

  static Network read(Path file, String text) throws IOException {
    Map<String, Object> json = JsonText.readObject(file, text);
    try {
      checkVersion(json);
      return new NetworkReader(string(json, "name")).network(json);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file, e.getMessage());
    }
  }

  private static void checkVersion(Map<String, Object> json) {
    String format = string(json, "format");
    long version = RecordJson.cast(json.get("version"), Long.class, "version");
    if (!format.equals(NetworkWriter.FORMAT) || version != NetworkWriter.VERSION) {
      throw new IllegalArgumentException(
          "format "
              + FormatException.quote(format)
              + " version "
              + version
              + ", this program reads "
              + NetworkWriter.FORMAT
              + " version "
              + NetworkWriter.VERSION
              + "; save the model anew with a fitting version");
    }
  }

  private Network network(Map<String, Object> json) {
    requireKeys(json, NETWORK_KEYS, "the network");
    for (Object node : RecordJson.cast(json.get("nodes"), List.class, "nodes")) {
      appendNode(object(node, NODE_KEYS, "a node"));
    }
    Map<?, ?> outputs = RecordJson.cast(json.get("outputs"), Map.class, "outputs");
    outputs.forEach((name, value) -> net.output((String) name, value(value, "output " + name)));
    return net.build();
  }

  private void appendNode(Map<?, ?> json) {
    String name = string(json, "name");
    String where = "node " + FormatException.quote(name);
    try {
      Op op = RecordJson.readOp(json.get("op"));
      List<Value> inputs = new ArrayList<>();
      for (Object input : RecordJson.cast(json.get("inputs"), List.class, "inputs")) {
        inputs.add(value(input, "an input"));
      }
      List<ParameterSpec> specs = new ArrayList<>();
      for (Object spec : RecordJson.cast(json.get("parameters"), List.class, "parameters")) {
        specs.add(parameter(object(spec, PARAMETER_KEYS, "a parameter")));
      }
      List<Value> made =
          json.containsKey("types")
              ? net.appendAll(name, op, inputs, specs, types(json.get("types")))
              : net.appendAll(name, op, inputs, specs);
      made.forEach(this::remember);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
    }
  }

  private static List<ElementType> types(Object json) {
    List<ElementType> types = new ArrayList<>();
    for (Object type : RecordJson.cast(json, List.class, "types")) {
      types.add(ElementType.of(RecordJson.cast(type, String.class, "an element type")));
    }
    return types;
  }

  private void remember(Value value) {
    if (values.put(value.name(), value) != null) {
      throw new IllegalArgumentException("a value of that name is there already");
    }
  }

  private Value value(Object name, String what) {
    Value value = values.get(RecordJson.cast(name, String.class, what));
    if (value == null) {
      throw new IllegalArgumentException(
          what + " is " + FormatException.quote((String) name) + ", which no node before makes");
    }
    return value;
  }

  private static ParameterSpec parameter(Map<?, ?> json) {
    String name = string(json, "name");
    String what = "of parameter " + FormatException.quote(name);
    return new ParameterSpec(
        name,
        RecordJson.readShape(json.get("shape"), "shape " + what),
        RecordJson.readEnum(ParameterSpec.Role.class, string(json, "role"), "role " + what),
        RecordJson.cast(json.get("closesBranch"), Boolean.class, "closesBranch " + what),
        json.containsKey("type") ? ElementType.of(string(json, "type")) : ElementType.F32);
  }

  private static String string(Map<?, ?> json, String key) {
    return RecordJson.cast(json.get(key), String.class, key);
  }

  private static Map<?, ?> object(Object json, Set<String> keys, String what) {
    Map<?, ?> object = RecordJson.cast(json, Map.class, what);
    requireKeys(object, keys, what);
    return object;
  }

  private static void requireKeys(Map<?, ?> object, Set<String> keys, String what) {
    for (Object key : object.keySet()) {
      if (!keys.contains(key)) {
        throw new IllegalArgumentException(
            "key " + FormatException.quote((String) key) + " of " + what + " is unknown");
      }
    }
  }
}
