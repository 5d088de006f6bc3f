package org.residuum.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.residuum.data.Dataset;
import org.residuum.data.Outputs;
import org.residuum.data.Task;
import org.residuum.data.load.Draw;
import org.residuum.network.loss.PointwiseLoss;
import org.residuum.train.loop.Scores;

/** The sums of an evaluation so far. */
abstract class Tally {
  private static final int TOP = 5;

  private final List<Integer> notFinite = new ArrayList<>();
  int examples;
  int unreadable;
  double loss;

  /** Of a data set, for outputs of its task. */
  static Tally of(Dataset dataset, Outputs outputs) {
    return outputs.task() == Task.CLASSIFY
        ? new OfClasses(dataset)
        : new OfTargets(dataset, outputs);
  }

  /** Counts a row of scores, which are an example's. */
  final void add(Scores scores, int row, Draw example) {
    examples++;
    if (scores.areFinite(row)) {
      addFinite(scores, row, example);
    } else {
      addNotFinite(example);
      notFinite.add(example.index());
    }
  }

  abstract void addFinite(Scores scores, int row, Draw example);

  abstract void addNotFinite(Draw example);

  abstract Evaluation evaluation(double seconds);

  /** Tells of the examples without finite scores since the last time. */
  final void tell(Evaluator.FailureListener failures) throws IOException {
    for (int index : notFinite) {
      failures.notFinite(index, Scores.NOT_FINITE);
    }
    notFinite.clear();
  }

  final int done() {
    return examples + unreadable;
  }

  private static final class OfClasses extends Tally {
    private final Evaluation.ConfusionMatrix confusion;
    private final Evaluation.Calibration calibration = new Evaluation.Calibration();
    private int right;
    private int top5;

    OfClasses(Dataset dataset) {
      confusion = new Evaluation.ConfusionMatrix(dataset.labels());
    }

    @Override
    void addNotFinite(Draw example) {
      confusion.addNotFinite(example.label());
    }

    @Override
    void addFinite(Scores scores, int row, Draw example) {
      int label = example.label();
      int rank = scores.rank(row, label);
      right += rank == 0 ? 1 : 0;
      top5 += rank < TOP ? 1 : 0;
      loss += scores.crossEntropy(row, label);
      int likeliest = scores.argmax(row);
      confusion.add(label, likeliest);
      double[] of = scores.probabilities(row, likeliest, label);
      calibration.add(new Evaluation.Answer(example.index(), label, likeliest, of[0], of[1]));
    }

    @Override
    Evaluation evaluation(double seconds) {
      double n = examples;
      double meanLoss = loss / (examples - confusion.notFinite());
      return new Evaluation(
          examples, meanLoss, right / n, top5 / n, confusion, calibration, seconds);
    }
  }

  private static final class OfTargets extends Tally {
    private final Outputs outputs;
    private final PointwiseLoss.Kind kind;
    private final TaskFigures.OfLabels labels;
    private final TaskFigures.OfNumbers numbers;
    private final TaskFigures figures;

    OfTargets(Dataset dataset, Outputs outputs) {
      this.outputs = outputs;
      kind = TargetTruth.loss(outputs.task()).kind();
      labels = new TaskFigures.OfLabels(dataset.labels());
      numbers = new TaskFigures.OfNumbers(dataset.labels());
      figures = outputs.task() == Task.MULTILABEL ? labels : numbers;
    }

    @Override
    void addNotFinite(Draw example) {
      figures.addNotFinite();
    }

    @Override
    void addFinite(Scores scores, int row, Draw example) {
      int width = figures.labels().size();
      float[] given = new float[width];
      float[] targets = new float[width];
      example.dataset().targets(example.index(), targets);
      float[] scaled = targets.clone();
      outputs.standardize(scaled);
      double sum = 0;
      for (int k = 0; k < width; k++) {
        given[k] = scores.get(row, k);
        sum += kind.value(given[k], scaled[k]);
      }
      loss += sum / width;
      if (figures == labels) {
        labels.add(given, targets);
      } else {
        numbers.add(outputs.read(given), targets);
      }
    }

    @Override
    Evaluation evaluation(double seconds) {
      return new Evaluation(examples, loss / (examples - figures.notFinite()), figures, seconds);
    }
  }
}
