package org.residuum.format.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.format.FormatException;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;

/** Gives each parameter of a network the tensor of its name, and no tensor to nobody. */
final class Mapping {
  private static final int MOST_LISTED = 16;

  private final Path file;
  private final Network network;
  private final Map<String, Tensor> unused;
  private final Map<String, String> skipped;
  private final Map<String, Tensor> mapped = new LinkedHashMap<>();
  private final List<String> missing = new ArrayList<>();
  private final List<String> misshapen = new ArrayList<>();

  /**
   * @param skipped the file's tensors that are not floats, described
   */
  Mapping(Path file, Parameters weights, Map<String, String> skipped, Network network) {
    this.file = file;
    this.network = network;
    this.skipped = skipped;
    this.unused = new LinkedHashMap<>(weights.asMap());
    // A counter of training that some converters write as a float.
    unused.keySet().removeIf(name -> name.endsWith("num_batches_tracked"));
  }

  Parameters parameters() throws FormatException {
    network.parameters().forEach(this::take);
    if (!missing.isEmpty() || !misshapen.isEmpty() || !unused.isEmpty()) {
      throw new FormatException(file, "its weights do not fit " + network.name() + differences());
    }
    return new Parameters(mapped);
  }

  private void take(ParameterSpec spec) {
    String name = Names.find(spec.name(), unused);
    if (name == null) {
      String other = skipped.get(spec.name());
      missing.add(
          spec.name() + " " + spec.shape() + (other == null ? "" : " (there as " + other + ")"));
      return;
    }
    Tensor tensor = unused.remove(name);
    if (tensor.shape().equals(spec.shape())) {
      mapped.put(spec.name(), tensor);
    } else {
      misshapen.add(FormatException.quote(name) + " " + tensor.shape() + " for " + spec.shape());
    }
  }

  private String differences() {
    List<String> left = new ArrayList<>();
    unused.forEach((name, tensor) -> left.add(FormatException.quote(name) + " " + tensor.shape()));
    return list("missing", missing) + list("of another shape", misshapen) + list("left over", left);
  }

  private static String list(String what, List<String> names) {
    if (names.isEmpty()) {
      return "";
    }
    String shown = String.join(", ", names.subList(0, Math.min(MOST_LISTED, names.size())));
    int more = names.size() - MOST_LISTED;
    return "; "
        + names.size()
        + " "
        + what
        + ": "
        + shown
        + (more > 0 ? " and " + more + " more" : "");
  }
}
