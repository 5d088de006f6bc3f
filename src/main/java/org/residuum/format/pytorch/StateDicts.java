package org.residuum.format.pytorch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.residuum.format.FormatException;

/** Finds the state_dict in what a checkpoint holds. */
final class StateDicts {
  /** The names that training scripts put a state_dict under, the likeliest first. */
  private static final List<String> WRAPPERS =
      List.of(
          "state_dict",
          "model_state_dict",
          "model_state",
          "model",
          "net",
          "network",
          "module",
          "weights",
          "params");

  /** What DataParallel and torch.compile put before every name. */
  private static final List<String> PREFIXES = List.of("module.", "_orig_mod.");

  private static final int DEEPEST = 3;
  private static final int MOST_PREFIXES = 3;

  private final Path file;

  /** Each dict is looked through once, however many keys lead to it. */
  private final Map<Object, Boolean> withTensors = new IdentityHashMap<>();

  private StateDicts(Path file) {
    this.file = file;
  }

  /**
   * A state_dict.
   *
   * @param location the keys that lead to it, joined by dots; empty for the file's own root
   * @param prefix what was taken off every name
   * @param values {@link TensorRef}s, and whatever else it holds
   */
  record Found(String location, String prefix, Map<String, Object> values) {}

  static Found find(Path file, Object root) throws IOException {
    return new StateDicts(file).find(root);
  }

  private Found find(Object root) throws IOException {
    List<String> location = new ArrayList<>();
    Object at = root;
    for (String key = wrapper(at, 0); key != null; key = wrapper(at, location.size())) {
      location.add(key);
      at = ((Map<?, ?>) at).get(key);
    }
    if (!holdsTensors(at)) {
      String only = onlyCandidate(at);
      location.add(only);
      at = ((Map<?, ?>) at).get(only);
    }
    return strip(String.join(".", location), named((Map<?, ?>) at));
  }

  /** The key of a dict that leads to tensors; null where there is none. */
  private String wrapper(Object value, int depth) {
    if (depth < DEEPEST && value instanceof Map<?, ?> map) {
      for (String key : WRAPPERS) {
        Object inner = map.get(key);
        if (holdsTensors(inner) || wrapper(inner, depth + 1) != null) {
          return key;
        }
      }
    }
    return null;
  }

  private boolean holdsTensors(Object value) {
    return value instanceof Map<?, ?> map
        && withTensors.computeIfAbsent(
            map, key -> map.values().stream().anyMatch(TensorRef.class::isInstance));
  }

  private String onlyCandidate(Object value) throws IOException {
    if (!(value instanceof Map<?, ?> map)) {
      throw new FormatException(
          file, "holds " + describe(value) + ", no state_dict; save model.state_dict()");
    }
    List<String> candidates = new ArrayList<>();
    map.forEach(
        (key, inner) -> {
          if (key instanceof String name && holdsTensors(inner)) {
            candidates.add(name);
          }
        });
    if (candidates.size() == 1) {
      return candidates.get(0);
    }
    String known = candidates.isEmpty() ? "no state_dict" : "several state_dicts";
    throw new FormatException(
        file, "holds " + known + " among " + keys(map) + "; save model.state_dict() alone");
  }

  private static String keys(Map<?, ?> map) {
    String keys =
        map.keySet().stream()
            .limit(10)
            .map(key -> key instanceof String name ? FormatException.quote(name) : describe(key))
            .collect(Collectors.joining(", "));
    return "its " + map.size() + " keys" + (keys.isEmpty() ? "" : " (" + keys + ")");
  }

  private Map<String, Object> named(Map<?, ?> map) throws IOException {
    Map<String, Object> named = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String name)) {
        throw new FormatException(file, "the state_dict has a key that is no string");
      }
      named.put(name, entry.getValue());
    }
    return named;
  }

  private static Found strip(String location, Map<String, Object> values) {
    StringBuilder stripped = new StringBuilder();
    for (int i = 0; i < MOST_PREFIXES; i++) {
      String prefix = common(values);
      stripped.append(prefix);
      values = withoutPrefix(values, prefix.length());
    }
    return new Found(location, stripped.toString(), values);
  }

  private static String common(Map<String, Object> values) {
    for (String prefix : PREFIXES) {
      if (values.keySet().stream().allMatch(name -> name.startsWith(prefix))) {
        return prefix;
      }
    }
    return "";
  }

  private static Map<String, Object> withoutPrefix(Map<String, Object> values, int length) {
    Map<String, Object> shorter = new LinkedHashMap<>();
    values.forEach((name, value) -> shorter.put(name.substring(length), value));
    return shorter;
  }

  /** A value in a few words; containers only by size, for they may hold themselves. */
  static String describe(Object value) {
    if (value instanceof Map<?, ?> map) {
      return "a dict of " + map.size();
    }
    if (value instanceof List<?> list) {
      return "a list of " + list.size();
    }
    if (value instanceof TensorRef tensor) {
      return tensor.describe();
    }
    if (value instanceof Inert inert) {
      return inert.type();
    }
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return String.valueOf(value);
    }
    return value instanceof String text ? FormatException.quote(text) : "another value";
  }
}
