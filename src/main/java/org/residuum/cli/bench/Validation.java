package org.residuum.cli.bench;

import java.util.Locale;
import java.util.Optional;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.Progress;
import org.residuum.text.Units;

/** Says which node of a network a device computes otherwise than the reference, if any. */
final class Validation {
  private final NodeCheck check;
  private NodeCheck.Finding first;
  private NodeCheck.Finding nearest;
  private int differing;
  private int compared;

  private Validation(NodeCheck check) {
    this.check = check;
  }

  /** Compares all nodes; the first that differs, if any. */
  static Optional<NodeCheck.Finding> run(NodeCheck check, Console console) {
    Validation validation = new Validation(check);
    try (Progress bar = console.progress("checking nodes", check.nodes())) {
      check.run(
          finding -> {
            validation.take(finding);
            bar.at(validation.compared);
          });
    }
    console.out("%s", validation);
    return Optional.ofNullable(validation.first);
  }

  private void take(NodeCheck.Finding finding) {
    compared++;
    if (!finding.agrees()) {
      differing++;
      first = first == null ? finding : first;
    }
    if (nearest == null || share(finding) > share(nearest)) {
      nearest = finding;
    }
  }

  private static double share(NodeCheck.Finding finding) {
    return finding.error() / finding.allowed();
  }

  @Override
  public String toString() {
    String nodes = Units.count(check.nodes(), "node");
    return first == null
        ? String.format(
            Locale.ROOT,
            "validate  %s as the reference has them; the furthest off is %s by %.1e of its norm,"
                + " rounding explains %.1e",
            nodes,
            nearest.node().name(),
            nearest.error(),
            nearest.allowed())
        : String.format(
            Locale.ROOT,
            "validate  %d of %s differ from the reference; the first is %s",
            differing,
            nodes,
            first);
  }
}
