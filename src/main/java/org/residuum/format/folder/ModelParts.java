package org.residuum.format.folder;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Value;

/** The rules between the parts of a saved model. */
final class ModelParts {
  private ModelParts() {}

  /**
   * Checks them all.
   *
   * @throws IllegalArgumentException naming the parameter or the label
   */
  static void check(SavedModel model) {
    checkParameters(model.network(), model.parameters());
    checkLabels(model.network(), model.labels());
    int scaled = model.outputs().means().size();
    if (scaled > 0 && scaled != model.labels().size()) {
      throw new IllegalArgumentException(
          model.labels().size() + " labels, but means of " + scaled + " targets");
    }
  }

  static void checkParameters(Network network, Parameters parameters) {
    Set<String> unused = new HashSet<>(parameters.names());
    for (ParameterSpec spec : network.parameters()) {
      if (!unused.remove(spec.name())) {
        throw new IllegalArgumentException(
            network.name() + " reads parameter " + spec.name() + ", which is missing");
      }
      Shape shape = parameters.get(spec.name()).shape();
      if (!shape.equals(spec.shape())) {
        throw new IllegalArgumentException(
            "parameter "
                + spec.name()
                + " is "
                + shape
                + ", "
                + network.name()
                + " needs "
                + spec.shape());
      }
    }
    if (!unused.isEmpty()) {
      throw new IllegalArgumentException(
          "parameter " + unused.iterator().next() + " is read by no node of " + network.name());
    }
  }

  static void checkLabels(Network network, List<String> labels) {
    for (String label : labels) {
      if (label.isBlank() || label.chars().anyMatch(c -> c == '\n' || c == '\r')) {
        throw new IllegalArgumentException(
            "label '"
                + label.replaceAll("[\\r\\n]", "?")
                + "' is blank or has a line break; give the class another name");
      }
    }
    Value logits = network.outputs().get("logits");
    if (logits != null && !labels.isEmpty() && logits.shape().extent(1) != labels.size()) {
      throw new IllegalArgumentException(
          labels.size()
              + " labels for "
              + logits.shape().extent(1)
              + " logits of "
              + network.name());
    }
  }
}
