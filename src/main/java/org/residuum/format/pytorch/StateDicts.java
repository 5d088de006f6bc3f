package org.residuum.format.pytorch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
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

  /** What training scripts keep beside the weights that looks like some. */
  private static final Pattern NO_WEIGHTS =
      Pattern.compile("(?i)(opt|.*optim|.*sched|scaler|amp|loss|criterion|rng).*");

  /** What DataParallel and torch.compile put before every name. */
  private static final List<String> PREFIXES = List.of("module.", "_orig_mod.");

  private static final int DEEPEST = 3;
  private static final int MOST_PREFIXES = 3;
  private static final int MOST_LISTED = 10;
  private static final int LONGEST_LOCATION = 256;

  private final Path file;
  private final FormatException refusal;

  /** Each dict is looked through once, however many keys lead to it. */
  private final Map<Object, Boolean> withTensors = new IdentityHashMap<>();

  private StateDicts(Path file, FormatException refusal) {
    this.file = file;
    this.refusal = refusal;
  }

  /**
   * A state_dict.
   *
   * @param location the keys that lead to it, joined by dots; empty for the file's own root
   * @param prefix what was taken off every name
   * @param values {@link TensorRef}s, and whatever else it holds
   * @param others the locations of further state_dicts
   */
  record Found(String location, String prefix, Map<String, Object> values, List<String> others) {}

  /**
   * Finds it.
   *
   * @param key the location that is asked for, or the start of names in a state_dict; null for the
   *     likeliest
   */
  static Found find(Path file, Checkpoint checkpoint, String key) throws IOException {
    StateDicts search = new StateDicts(file, checkpoint.refusal());
    Map<String, Map<?, ?>> all = search.all(checkpoint.root());
    Found found =
        key == null ? search.find(checkpoint.root()) : search.find(checkpoint.root(), all, key);
    search.requireKnown(found);
    for (String other : all.keySet()) {
      if (!other.equals(found.location()) && !NO_WEIGHTS.matcher(other).matches()) {
        found.others().add(other);
      }
    }
    return found;
  }

  private void requireKnown(Found found) throws IOException {
    for (Map.Entry<String, Object> entry : found.values().entrySet()) {
      if (entry.getValue() instanceof Unknown unknown) {
        throw new FormatException(
            file,
            "entry " + FormatException.quote(entry.getKey()),
            "is of the "
                + unknown.title()
                + ", which is not read; save model.state_dict() with plain tensors");
      }
    }
  }

  /** Every dict with tensors of floats, by the keys that lead to it, the shortest first. */
  private Map<String, Map<?, ?>> all(Object root) {
    Map<String, Map<?, ?>> all = new LinkedHashMap<>();
    Map<Object, Boolean> seen = new IdentityHashMap<>();
    Map<String, Object> level = new LinkedHashMap<>();
    level.put("", root);
    for (int depth = 0; depth <= DEEPEST; depth++) {
      Map<String, Object> next = new LinkedHashMap<>();
      for (Map.Entry<String, Object> entry : level.entrySet()) {
        if (!(entry.getValue() instanceof Map<?, ?> map) || seen.put(map, true) != null) {
          continue;
        }
        if (map.values().stream().anyMatch(StateDicts::isFloats)) {
          all.put(entry.getKey(), map);
        }
        String start = entry.getKey().isEmpty() ? "" : entry.getKey() + ".";
        map.forEach(
            (key, value) -> {
              if (key instanceof String name
                  && value instanceof Map
                  && start.length() + name.length() <= LONGEST_LOCATION) {
                next.put(start + name, value);
              }
            });
      }
      level = next;
    }
    return all;
  }

  private static boolean isFloats(Object value) {
    return value instanceof TensorRef tensor && tensor.element().floats != null;
  }

  private Found find(Object root, Map<String, Map<?, ?>> all, String key) throws IOException {
    if (all.containsKey(key)) {
      return strip(key, named(all.get(key)));
    }
    for (Map.Entry<String, Map<?, ?>> entry : all.entrySet()) {
      String start = entry.getKey().isEmpty() ? "" : entry.getKey() + ".";
      if (key.startsWith(start)) {
        String prefix = key.substring(start.length()) + ".";
        Map<String, Object> values = named(entry.getValue());
        values.keySet().removeIf(name -> !name.startsWith(prefix));
        if (!values.isEmpty()) {
          Found rest = strip(entry.getKey(), withoutPrefix(values, prefix));
          return new Found(rest.location(), prefix + rest.prefix(), rest.values(), rest.others());
        }
      }
    }
    List<String> known = all.keySet().stream().filter(name -> !name.isEmpty()).toList();
    throw new FormatException(
        file,
        "there is no state_dict under the key "
            + FormatException.quote(key)
            + "; there are "
            + (known.isEmpty() ? "none under keys" : quoted(known))
            + (root instanceof Map<?, ?> map ? " among " + keys(map) : ""));
  }

  private static String quoted(List<String> names) {
    return names.stream()
        .limit(MOST_LISTED)
        .map(FormatException::quote)
        .collect(Collectors.joining(", "));
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
      if (refusal != null) {
        throw refusal;
      }
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
    if (candidates.isEmpty() && refusal != null) {
      throw refusal;
    }
    throw new FormatException(
        file,
        candidates.isEmpty()
            ? "holds no state_dict among " + keys(map) + "; save model.state_dict() alone"
            : "holds several state_dicts, "
                + quoted(candidates)
                + "; choose one with --key, or save model.state_dict() alone");
  }

  private static String keys(Map<?, ?> map) {
    String keys =
        map.keySet().stream()
            .limit(MOST_LISTED)
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
      values = withoutPrefix(values, prefix);
    }
    return new Found(location, stripped.toString(), values, new ArrayList<>());
  }

  /** The prefix of all tensors of floats: counters may stand beside a wrapped network. */
  private static String common(Map<String, Object> values) {
    for (String prefix : PREFIXES) {
      if (values.values().stream().anyMatch(StateDicts::isFloats)
          && values.entrySet().stream()
              .allMatch(
                  entry -> !isFloats(entry.getValue()) || entry.getKey().startsWith(prefix))) {
        return prefix;
      }
    }
    return "";
  }

  private static Map<String, Object> withoutPrefix(Map<String, Object> values, String prefix) {
    Map<String, Object> shorter = new LinkedHashMap<>();
    values.forEach(
        (name, value) ->
            shorter.put(name.startsWith(prefix) ? name.substring(prefix.length()) : name, value));
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
    if (value instanceof Unknown unknown) {
      return FormatException.quote(unknown.type()).replace("\"", "");
    }
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return String.valueOf(value);
    }
    return value instanceof String text ? FormatException.quote(text) : "another value";
  }
}
