package org.residuum.report;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.residuum.data.Augmentation;
import org.residuum.data.ImageDataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.Task;
import org.residuum.data.load.AugmentedPicture;
import org.residuum.data.load.DatasetLoader;
import org.residuum.report.chart.Markup;
import org.residuum.train.TrainingOptions;

/** The first training pictures, as they are and with the random changes of the first epoch. */
final class TrainingPictures {
  private static final int SHOWN = 12;
  private static final int MOST_TOLD = 6;

  private TrainingPictures() {}

  static String html(ImageDataset images, Preprocessing preprocessing, TrainingOptions options)
      throws IOException {
    boolean changed = !options.augmentation().equals(Augmentation.NONE);
    Markup html = new Markup();
    html.leaf(
        "p",
        changed
            ? "The first pictures of epoch 1: on the left as they are, on the right as the network"
                + " sees them."
            : "The first pictures of epoch 1; they are not changed.");
    html.open("div", "class", "pictures").line();
    for (AugmentedPicture seen : preview(images, preprocessing, options)) {
      html.open("div", "class", "picture").open("div", "class", "views");
      html.raw(Thumbnail.html(images, seen.draw().index()));
      html.raw(changed ? Thumbnail.html(seen.picture()) : "").close();
      html.text(told(images, seen.draw().index())).close().line();
    }
    return html.close().line().toString();
  }

  /** Its class, its labels, or its numbers. */
  private static String told(ImageDataset images, int index) {
    List<String> names = images.labels();
    float[] targets = new float[names.size()];
    images.targets(index, targets);
    boolean numbers = images.task() == Task.REGRESSION;
    List<String> told =
        IntStream.range(0, targets.length)
            .filter(k -> numbers || targets[k] == 1)
            .mapToObj(k -> numbers ? names.get(k) + " " + targets[k] : names.get(k))
            .toList();
    return String.join(", ", told.subList(0, Math.min(MOST_TOLD, told.size())))
        + (told.size() > MOST_TOLD ? ", …" : "");
  }

  private static List<AugmentedPicture> preview(
      ImageDataset images, Preprocessing preprocessing, TrainingOptions options)
      throws IOException {
    try (DatasetLoader loader =
        DatasetLoader.builder(images)
            .preprocessing(preprocessing)
            .augmentation(options.augmentation())
            .batch(Math.min(SHOWN, images.size()))
            .shuffle(true)
            .seed(options.seed())
            .threads(1)
            .build()) {
      return loader.preview(0, SHOWN);
    }
  }
}
