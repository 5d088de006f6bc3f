package org.residuum.cli.command;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.network.Node;

/** The times of a plan's steps, a line a node, in the order in which they run. */
final class ProfileTable {
  private static final String LINE = "%9.3f %6.1f %9s %8s  %-28s %s%n";

  private ProfileTable() {}

  /**
   * The table with a line on the whole before it.
   *
   * @param runs seconds of each whole run
   * @param profiles the steps of each run that was timed step by step
   */
  static String of(Plan plan, double[] runs, List<List<Session.StepTime>> profiles) {
    List<Session.StepTime> first = profiles.get(0);
    Map<String, Double> seconds = new LinkedHashMap<>();
    Map<String, Map<String, Integer>> kernels = new LinkedHashMap<>();
    for (int step = 0; step < first.size(); step++) {
      int index = step;
      Session.StepTime one = first.get(step);
      double median =
          median(profiles.stream().mapToDouble(run -> run.get(index).seconds()).toArray());
      seconds.merge(one.node(), median, Double::sum);
      kernels
          .computeIfAbsent(one.node(), node -> new LinkedHashMap<>())
          .merge(one.kernel(), 1, Integer::sum);
    }
    double all = seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    StringBuilder text = new StringBuilder(summary(plan, median(runs)));
    text.append(
        String.format(
            "%9s %6s %9s %8s  %-28s %s%n", "ms", "%", "GFLOP/s", "GB/s", "node", "kernels"));
    Map<String, Node> nodes =
        plan.network().nodes().stream().collect(Collectors.toMap(Node::name, node -> node));
    seconds.forEach(
        (name, time) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    LINE,
                    1e3 * time,
                    100 * time / all,
                    rate(flops(nodes.get(name), plan.batch()), time),
                    rate(bytes(nodes.get(name), plan.batch()), time),
                    name,
                    words(kernels.get(name)))));
    return text.toString().stripTrailing();
  }

  private static String summary(Plan plan, double seconds) {
    double flops = (double) plan.network().flops() * plan.batch();
    return String.format(
        Locale.ROOT,
        "whole     %s, batch %d: %.3f ms a run, %,.1f examples/s, %,.1f GFLOP/s%n",
        plan.network().name(),
        plan.batch(),
        1e3 * seconds,
        plan.batch() / seconds,
        flops / seconds / 1e9);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private static String rate(double work, double seconds) {
    return work == 0 ? "" : String.format(Locale.ROOT, "%,.1f", work / seconds / 1e9);
  }

  private static double flops(Node node, int batch) {
    return node == null ? 0 : (double) node.flops() * batch;
  }

  private static double bytes(Node node, int batch) {
    return node == null ? 0 : node.bytes(batch);
  }

  /** For example {@code 4 × brg_matmul:avx2, 6 × brg_conv_fwd:avx2}. */
  private static String words(Map<String, Integer> kernels) {
    return kernels.entrySet().stream()
        .map(entry -> (entry.getValue() == 1 ? "" : entry.getValue() + " × ") + entry.getKey())
        .collect(Collectors.joining(", "));
  }
}
