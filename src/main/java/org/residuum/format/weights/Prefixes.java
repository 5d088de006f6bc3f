package org.residuum.format.weights;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.residuum.format.FormatException;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;

/**
 * What stands before the names of all tensors where a network was saved as a part of something:
 * {@code module.}, {@code model.}, {@code backbone.} ...
 */
final class Prefixes {
  /** Names that start so are a network's own, even where all do. */
  private static final Pattern OWN = Pattern.compile("(blocks|layer\\d)\\..*");

  private Prefixes() {}

  /** The weights without the prefixes that all of their names have. */
  static Parameters strip(Parameters weights) {
    Parameters bare = weights;
    for (String prefix = common(bare); !prefix.isEmpty(); prefix = common(bare)) {
      int length = prefix.length();
      bare = renamed(bare, name -> name.substring(length));
    }
    return bare;
  }

  /** The first part of the names, with its dot, that all share; empty where there is none. */
  private static String common(Parameters weights) {
    Iterator<String> names = weights.names().iterator();
    String first = names.hasNext() ? names.next() : "";
    String prefix = first.substring(0, first.indexOf('.') + 1);
    // One tensor has no neighbour to tell its prefix from its name.
    boolean shared = names.hasNext() && !prefix.isEmpty() && !OWN.matcher(first).matches();
    while (shared && names.hasNext()) {
      String name = names.next();
      shared = name.startsWith(prefix) && name.length() > prefix.length();
    }
    return shared ? prefix : "";
  }

  /**
   * The weights whose names start with {@code key} and a dot, without those.
   *
   * @throws FormatException where there are none, naming the starts that there are
   */
  static Parameters select(Path file, Parameters weights, String key) throws FormatException {
    String prefix = key + ".";
    Parameters chosen =
        renamed(weights, name -> name.startsWith(prefix) ? name.substring(prefix.length()) : null);
    if (chosen.names().isEmpty()) {
      TreeSet<String> starts = new TreeSet<>();
      weights.names().forEach(name -> starts.add(name.replaceAll("\\..*", "")));
      throw new FormatException(
          file,
          "no tensor's name starts with "
              + FormatException.quote(prefix)
              + "; they start with "
              + FormatException.quote(String.join(", ", starts)));
    }
    return chosen;
  }

  /** Under other names; those that become null are left out. */
  private static Parameters renamed(Parameters weights, UnaryOperator<String> names) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    weights
        .asMap()
        .forEach(
            (name, tensor) -> {
              String other = names.apply(name);
              if (other != null) {
                tensors.put(other, tensor);
              }
            });
    return new Parameters(tensors);
  }
}
