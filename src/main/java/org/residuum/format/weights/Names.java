package org.residuum.format.weights;

import java.util.List;
import java.util.Map;
import org.residuum.network.Tensor;

/** The parts of names that repositories disagree about; within a list all mean the same. */
final class Names {
  /** The last layer: torchvision, akamaster, others. */
  static final List<String> HEADS = List.of("fc", "linear", "classifier");

  /** The projection of a block: torchvision, akamaster. */
  static final List<String> SHORTCUTS = List.of("downsample", "shortcut");

  private Names() {}

  /** The name under which {@code tensors} hold what a network calls {@code name}; null for none. */
  static String find(String name, Map<String, Tensor> tensors) {
    if (tensors.containsKey(name)) {
      return name;
    }
    for (List<String> synonyms : List.of(HEADS, SHORTCUTS)) {
      for (String synonym : synonyms) {
        for (String other : synonyms) {
          String candidate = ("." + name).replace("." + synonym + ".", "." + other + ".");
          if (tensors.containsKey(candidate.substring(1))) {
            return candidate.substring(1);
          }
        }
      }
    }
    return null;
  }
}
