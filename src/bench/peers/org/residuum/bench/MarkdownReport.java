package org.residuum.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table for people. */
final class MarkdownReport {
  private MarkdownReport() {}

  static String of(Map<String, String> header, List<Outcome> outcomes) {
    StringBuilder text = new StringBuilder("# Residuum beside its peers\n\n");
    header.forEach((topic, finding) -> text.append("- ").append(line(topic, finding)));
    text.append("\nRates are medians over the rounds, quartiles in brackets; a ratio is the median")
        .append(" over the rounds of Residuum's rate over the peer's in the same round.\n\n")
        .append("| workload | unit | Residuum | ONNX Runtime | DJL-PyTorch | PyTorch operators ")
        .append("| Residuum in bf16 | × ONNX Runtime | × DJL | × operators | bf16 × fp32 | verdict |\n")
        .append("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    outcomes.forEach(outcome -> text.append(rates(outcome)));
    text.append("\n| Residuum in its steady state | batches | heap B/batch | process growth MiB ")
        .append(
            "| arena MiB | arena ÷ largest live set | verdict |\n|---|---|---|---|---|---|---|\n");
    outcomes.stream()
        .filter(outcome -> outcome.steady() != null)
        .forEach(outcome -> text.append(steady(outcome)));
    return text.toString();
  }

  private static String line(String topic, String finding) {
    return topic + ": " + finding + "\n";
  }

  private static String rates(Outcome outcome) {
    String unit = outcome.workload().unit();
    double least = outcome.row().leastRate();
    return String.format(
        Locale.ROOT,
        "| %s%s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n",
        outcome.workload(),
        outcome.row().kind() == Row.Kind.TRAINING ? ", training" : "",
        least == 0 ? unit : String.format(Locale.ROOT, "%s (≥ %.0f)", unit, least),
        rate(outcome, "Residuum"),
        rate(outcome, Row.Peer.ONNX_RUNTIME.toString()),
        rate(outcome, Row.Peer.DJL.toString()),
        rate(outcome, Row.Peer.OPERATORS.toString()),
        rate(outcome, Row.Peer.BF16.toString()),
        ratio(outcome, Row.Peer.ONNX_RUNTIME),
        ratio(outcome, Row.Peer.DJL),
        ratio(outcome, Row.Peer.OPERATORS),
        speedUp(outcome),
        outcome.verdict());
  }

  /** Of bf16 over fp32. */
  private static String speedUp(Outcome outcome) {
    return outcome.has(Row.Peer.BF16)
        ? String.format(
            Locale.ROOT,
            "%.2f (≥ 1.8)",
            outcome.rates().get(Row.Peer.BF16.toString()).over(outcome.ours()).median())
        : "–";
  }

  private static String rate(Outcome outcome, String contestant) {
    Sample sample = outcome.rates().get(contestant);
    return sample == null ? "–" : sample.toString();
  }

  private static String ratio(Outcome outcome, Row.Peer peer) {
    if (!outcome.has(peer)) {
      return "–";
    }
    Double target = outcome.row().targets().get(peer);
    String ratio = String.format(Locale.ROOT, "%.2f", outcome.ratio(peer).median());
    return target == null ? ratio : String.format(Locale.ROOT, "%s (≥ %.1f)", ratio, target);
  }

  private static String steady(Outcome outcome) {
    SteadyState steady = outcome.steady();
    boolean planned = steady.memory() != null;
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.0f | %s | %s | %s | %s |%n",
        outcome.workload(),
        steady.batches(),
        steady.heapBytes(),
        steady.residentGrowth() < 0 ? "–" : mebibytes(steady.residentGrowth()),
        planned ? mebibytes(steady.memory().arenaBytes()) : "–",
        planned ? String.format(Locale.ROOT, "%.3f", steady.arenaRatio()) : "–",
        steady.passes() ? "pass" : "FALLS SHORT");
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / 1048576.0);
  }
}
