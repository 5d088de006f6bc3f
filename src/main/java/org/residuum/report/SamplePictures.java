package org.residuum.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.residuum.Classifier;
import org.residuum.Prediction;
import org.residuum.backend.Plan;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.load.Batch;
import org.residuum.data.load.DatasetLoader;
import org.residuum.data.load.Draw;
import org.residuum.data.load.Pass;
import org.residuum.network.Shape;

/** Some test pictures and what the network takes them for, mistakes first. */
final class SamplePictures {
  /** Pictures at a time. */
  static final int BATCH = 64;

  private static final int SEARCHED = 1024;
  private static final int SHOWN = 12;
  private static final int MOST_MISTAKES = 6;
  private static final int GUESSES = 3;

  private SamplePictures() {}

  /** One picture, the place of its example and the guesses. */
  private record Sample(int index, int label, List<Prediction> guesses) {
    boolean isWrong() {
      return guesses.get(0).index() != label;
    }
  }

  /**
   * The pictures as a part of a page.
   *
   * @param plan for batches of {@link #BATCH}
   */
  static String html(Plan plan, ImageDataset test, Preprocessing preprocessing, long seed)
      throws IOException {
    try (Classifier classifier = new Classifier(plan, test.labels())) {
      StringBuilder html = new StringBuilder("<div class=samples>\n");
      for (Sample sample : chosen(search(classifier, preprocessing, test, seed))) {
        html.append(card(sample, test));
      }
      return html.append("</div>\n").toString();
    }
  }

  private static List<Sample> search(
      Classifier classifier, Preprocessing preprocessing, Dataset test, long seed)
      throws IOException {
    List<Sample> samples = new ArrayList<>();
    try (DatasetLoader loader =
            DatasetLoader.builder(test)
                .preprocessing(preprocessing)
                .batch(Math.min(BATCH, test.size()))
                .shuffle(true)
                .seed(seed)
                .threads(1)
                .build();
        Pass<Draw> epoch = loader.epoch(0)) {
      for (Batch<Draw> batch = epoch.next();
          batch != null && samples.size() < SEARCHED;
          batch = epoch.next()) {
        List<List<Prediction>> guesses = classifier.classify(batch.inputs(), batch.size(), GUESSES);
        for (int row = 0; row < batch.size(); row++) {
          int index = batch.item(row).index();
          samples.add(new Sample(index, test.label(index), guesses.get(row)));
        }
      }
    }
    return samples;
  }

  private static List<Sample> chosen(List<Sample> samples) {
    List<Sample> right = samples.stream().filter(sample -> !sample.isWrong()).toList();
    int mistakes = Math.max(MOST_MISTAKES, SHOWN - right.size());
    List<Sample> chosen =
        new ArrayList<>(samples.stream().filter(Sample::isWrong).limit(mistakes).toList());
    right.stream().limit(SHOWN - chosen.size()).forEach(chosen::add);
    return chosen;
  }

  private static String card(Sample sample, ImageDataset images) throws IOException {
    StringBuilder html = new StringBuilder();
    html.append("<div class=\"sample").append(sample.isWrong() ? " wrong" : "").append("\">");
    html.append("<img alt=\"\" src=\"").append(thumbnail(sample.index(), images)).append("\">");
    html.append("<span class=truth>")
        .append(sample.isWrong() ? "is " : "")
        .append(ReportPage.escape(images.labels().get(sample.label())))
        .append(sample.isWrong() ? ", taken for" : "")
        .append("</span>");
    for (Prediction guess : sample.guesses()) {
      html.append(
          String.format(
              Locale.ROOT,
              "<div class=guess><span>%s</span><span>%.1f %%</span></div>"
                  + "<div class=bar style=\"width:%.1f%%\"></div>",
              ReportPage.escape(guess.label()),
              100 * guess.probability(),
              Math.max(0.5, 100 * guess.probability())));
    }
    return html.append("</div>\n").toString();
  }

  private static String thumbnail(int index, ImageDataset images) throws IOException {
    Shape shape = images.exampleShape();
    byte[] pixels = new byte[shape.elements()];
    images.read(index, pixels);
    return DataUri.png(
        pixels, shape.extent(1), shape.extent(2), shape.extent(0), images.maxValue());
  }
}
