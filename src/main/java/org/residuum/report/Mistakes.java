package org.residuum.report;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.report.chart.Markup;
import org.residuum.text.Units;
import org.residuum.train.Evaluation;

/**
 * The wrong answers that a network was most sure of, with the examples that they are about.
 *
 * @param names of the examples, by their index
 * @param pictures empty where there are none to show
 */
public record Mistakes(IntFunction<String> names, Optional<ImageDataset> pictures) {
  /** Of an evaluation on a data set. */
  public static Mistakes of(Dataset data) {
    return new Mistakes(
        data::exampleName,
        data instanceof ImageDataset images ? Optional.of(images) : Optional.empty());
  }

  String html(Evaluation evaluation) throws IOException {
    List<Evaluation.Answer> mistakes = evaluation.calibration().surestMistakes();
    List<String> labels = evaluation.confusion().labels();
    if (mistakes.isEmpty()) {
      return "<p>Nothing was taken for another class.</p>\n";
    }
    String intro =
        "<p>The wrong answers with the highest probability, the surest first: wrong labels, unusual"
            + " examples, or what is still to be learned.</p>\n";
    return intro + (pictures.isPresent() ? cards(mistakes, labels) : table(mistakes, labels));
  }

  private String cards(List<Evaluation.Answer> mistakes, List<String> labels) throws IOException {
    Markup html = new Markup().open("div", "class", "pictures").line();
    for (Evaluation.Answer mistake : mistakes) {
      String name = names.apply(mistake.index());
      html.open("div", "class", "picture").open("div", "class", "views");
      html.raw(Thumbnail.html(pictures.orElseThrow(), mistake.index())).close();
      html.open("dl");
      html.leaf("dt", "taken for " + labels.get(mistake.prediction()), "class", "guess");
      html.leaf("dd", percent(mistake.confidence()), "class", "guess");
      html.leaf("dt", "is " + labels.get(mistake.label()));
      html.leaf("dd", percent(mistake.ofLabel())).close();
      html.leaf("span", shortened(name), "class", "file", "title", name).close().line();
    }
    return html.close().line().toString();
  }

  private String table(List<Evaluation.Answer> mistakes, List<String> labels) {
    return ReportPage.table(
        List.of("example", "true class", "taken for", "probability", "of the true class"),
        3,
        mistakes.stream()
            .map(
                mistake ->
                    List.of(
                        names.apply(mistake.index()),
                        labels.get(mistake.label()),
                        labels.get(mistake.prediction()),
                        Units.percent(mistake.confidence()),
                        Units.percent(mistake.ofLabel())))
            .toList());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** The last two parts of a path. */
  static String shortened(String name) {
    int last = name.lastIndexOf('/');
    int before = last < 0 ? -1 : name.lastIndexOf('/', last - 1);
    return name.substring(before + 1);
  }
}
