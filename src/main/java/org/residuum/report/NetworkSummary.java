package org.residuum.report;

import java.util.Locale;
import org.residuum.network.Network;
import org.residuum.text.Units;

/** A network in a line. */
public final class NetworkSummary {
  private NetworkSummary() {}

  /** For example {@code resnet8: 75,290 parameters, 24.47 MFLOP an example, ...}. */
  public static String of(Network network) {
    return String.format(
        Locale.ROOT,
        "%s: %,d parameters, %s an example, %,d bytes of weights and statistics, %d nodes",
        network.name(),
        network.parameterCount(),
        Units.flops(network.flops()),
        weightBytes(network),
        network.nodes().size());
  }

  /** Weights and statistics, 32 bits each. */
  public static long weightBytes(Network network) {
    return network.parameters().stream().mapToLong(spec -> spec.shape().elements()).sum()
        * Float.BYTES;
  }
}
