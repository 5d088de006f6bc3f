package org.residuum;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.residuum.data.Task;
import org.residuum.network.Network;
import org.residuum.network.Shape;
import org.residuum.train.loop.Inputs;
import org.residuum.train.loop.Scores;

/**
 * Makes predictions of scores.
 *
 * @param labels a name a class
 * @param task whether they exclude each other
 */
record Ranking(List<String> labels, Task task) {
  /** A ranking of a network's classes, under numbers from 0 where there are no labels. */
  static Ranking of(Network network, List<String> labels) {
    return of(network, labels, Task.CLASSIFY);
  }

  /** The same of classes, or of labels of which an example may have several. */
  static Ranking of(Network network, List<String> labels, Task task) {
    if (labels.isEmpty()) {
      int classes = Scores.isClassifier(network) ? Scores.classes(network) : 0;
      return new Ranking(IntStream.range(0, classes).mapToObj(String::valueOf).toList(), task);
    }
    Scores.requireClasses(network, labels, "the list of labels");
    return new Ranking(List.copyOf(labels), task);
  }

  /** The shape of one of a network's examples. */
  static Shape example(Network network) {
    int[] shape = Inputs.of(network).shape().toArray();
    return Shape.of(Arrays.copyOfRange(shape, 1, shape.length));
  }

  /** The likeliest classes of a row, the likeliest first. */
  List<Prediction> best(Scores scores, int row, int top) {
    int[] highest = scores.highest(row, top);
    double[] probabilities =
        task == Task.MULTILABEL
            ? scores.sigmoids(row, highest)
            : scores.probabilities(row, highest);
    return IntStream.range(0, highest.length)
        .mapToObj(i -> new Prediction(highest[i], labels.get(highest[i]), probabilities[i]))
        .toList();
  }
}
