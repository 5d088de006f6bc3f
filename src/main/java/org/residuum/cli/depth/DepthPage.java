package org.residuum.cli.depth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.residuum.format.file.AtomicFile;

/** A study's findings as a page with pictures. */
final class DepthPage {
  static final String FINDINGS = "depth/findings.jsonl";
  private static final String PAGE = "depth.md";

  /** The folder of pictures and findings. */
  static final String PICTURES = "depth";

  private static final String INTRODUCTION =
      """
      # Why shortcuts work: residual and plain networks by depth

      A residual block is y = ReLU(F(x) + x), a plain one y = ReLU(F(x)), F being two layers. All else is the same here:
      layers, first weights where no branch starts at zero, data, optimiser, epochs. `residuum depth` trained each
      network and looked into it before and after, by one step forward and backward on the first batch of the training data.

      - **F = 0 is the identity.** A block whose branch gives zero hands x on, since x comes from a ReLU and is not negative.
        Branches start at zero where no batch norm closes them, and in networks of more than 16 branches with one
        ([Depth](training.md#depth)): there the distance from the identity at the start is exactly 0. A plain block cannot be
        the identity without learning it.
      - **Gradients reach the first layer.** ∂y/∂x is 1 plus what the branch adds, so the way back through any
        number of blocks keeps the gradient's size. A plain network multiplies by a matrix a layer.
      - **Depth then costs no accuracy** in dense networks and with batch norm, while plain networks get worse with depth
        and end at chance. (Convolutions without batch norm learn with shortcuts, too, but more slowly the deeper they
        are.) With batch norm plain networks' gradients do not
        vanish but grow, by a factor a layer (Yang et al. 2019, "A mean field theory of batch normalization"), until a
        training diverges: its loss, a gradient or a weight is infinite or NaN.

      """;

  private final Map<Form, List<Finding>> byForm;

  DepthPage(List<Finding> findings) {
    byForm =
        findings.stream()
            .collect(
                Collectors.groupingBy(
                    finding -> finding.subject().form(), LinkedHashMap::new, Collectors.toList()));
  }

  /** Writes the page and its pictures into a folder; gives the page. */
  Path write(Path folder) throws IOException {
    Files.createDirectories(folder.resolve(PICTURES));
    StringBuilder text = new StringBuilder(INTRODUCTION);
    for (Map.Entry<Form, List<Finding>> entry : byForm.entrySet()) {
      Form form = entry.getKey();
      DepthCharts charts = new DepthCharts(form, entry.getValue());
      text.append("## ").append(form.title()).append("\n\n");
      text.append(entry.getValue().get(0).settings()).append(".\n\n");
      table(text, charts);
      for (Map.Entry<String, LineChart> chart : charts.all().entrySet()) {
        String file = PICTURES + "/" + form.fileName() + "-" + chart.getKey() + ".svg";
        AtomicFile.writeText(folder.resolve(file), chart.getValue().toString());
        text.append("![").append(chart.getKey()).append("](").append(file).append(")\n");
      }
      text.append("\n");
    }
    AtomicFile.writeText(folder.resolve(PAGE), text.toString());
    return folder.resolve(PAGE);
  }

  private static void table(StringBuilder text, DepthCharts charts) {
    text.append(
        """
        | blocks | residual: test accuracy | plain: test accuracy | residual: first layer's gradient, start and end | plain: the same | residual: distance from the identity, start and end | plain: the same |
        |---|---|---|---|---|---|---|
        """);
    for (int blocks : charts.depths()) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %,d | %s | %s | %s | %s | %s | %s |\n",
              blocks,
              accuracies(charts.of(blocks, true)),
              accuracies(charts.of(blocks, false)),
              gradients(charts, blocks, true),
              gradients(charts, blocks, false),
              distances(charts, blocks, true),
              distances(charts, blocks, false)));
    }
    text.append("\n");
  }

  /** Of each seed. */
  private static String accuracies(List<Finding> findings) {
    return findings.isEmpty()
        ? "-"
        : findings.stream().map(Finding::outcome).collect(Collectors.joining(", "));
  }

  private static String gradients(DepthCharts charts, int blocks, boolean residual) {
    double start = charts.mean(blocks, residual, finding -> finding.start().first());
    double end = charts.mean(blocks, residual, finding -> finding.trained().first());
    return Double.isNaN(start) ? "-" : String.format(Locale.ROOT, "%.1e, %.1e", start, end);
  }

  /** The mean over the blocks. */
  private static String distances(DepthCharts charts, int blocks, boolean residual) {
    double start = charts.mean(blocks, residual, finding -> mean(finding.start().distances()));
    double end = charts.mean(blocks, residual, finding -> mean(finding.trained().distances()));
    return Double.isNaN(start) ? "-" : String.format(Locale.ROOT, "%.3f, %.3f", start, end);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }
}
