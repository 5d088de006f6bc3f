package org.residuum.format.onnx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Names for nodes and parameters: PyTorch's module paths wherever a file still shows them. */
final class Names {
  /** What exporters call tensors that had no name of their own: {@code 208, onnx::Conv_253}. */
  private static final Pattern MADE_UP = Pattern.compile("\\d*|.*::.*|/.*");

  private static final String WEIGHT = ".weight";

  private final Set<String> taken = new HashSet<>();

  /** Of each name the last number that was tried. */
  private final Map<String, Integer> numbers = new HashMap<>();

  static boolean isMeaningful(String tensorName) {
    return !MADE_UP.matcher(tensorName).matches();
  }

  /** The name a node gets: its module, else its own name, else that of what it makes. */
  static String of(NodeProto node) {
    boolean module = Operators.isLayer(node.opType());
    if (module && node.inputs().size() > 1) {
      String weight = node.inputs().get(1);
      if (isMeaningful(weight) && weight.endsWith(WEIGHT)) {
        return weight.substring(0, weight.length() - WEIGHT.length());
      }
    }
    if (node.name().startsWith("/")) {
      return scope(node.name(), module);
    }
    return node.name().isEmpty() && !node.outputs().isEmpty() ? node.outputs().get(0) : node.name();
  }

  /** {@code /layer1/layer1.0/conv1/Conv} → {@code layer1.0.conv1}. */
  private static String scope(String name, boolean module) {
    String[] parts = name.substring(1).split("/");
    int count = module && parts.length > 1 ? parts.length - 1 : parts.length;
    String path = "";
    for (int i = 0; i < count; i++) {
      boolean full = path.isEmpty() || parts[i].startsWith(path + ".");
      path = full ? parts[i] : path + "." + parts[i];
    }
    return path;
  }

  /** The name itself if it is free, else the name with the first free number appended. */
  String unique(String name) {
    String free = name;
    while (!taken.add(free)) {
      free = name + "_" + numbers.merge(name, 2, (last, first) -> last + 1);
    }
    return free;
  }
}
