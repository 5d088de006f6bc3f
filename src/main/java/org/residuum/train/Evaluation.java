package org.residuum.train;

/**
 * How well a network does on a data set. An example whose scores are not all finite counts as
 * wrong, and not in the loss.
 *
 * @param loss mean softmax cross-entropy, without label smoothing; NaN where no scores are finite
 * @param top1 share of the examples whose class has the highest logit
 * @param top5 share of the examples whose class is among the five highest logits
 * @param confusion counts by class and prediction
 * @param seconds duration
 */
public record Evaluation(
    int examples,
    double loss,
    double top1,
    double top5,
    ConfusionMatrix confusion,
    double seconds) {

  /** How many examples have scores that are not all finite. */
  public int notFinite() {
    return confusion.notFinite();
  }

  public double imagesPerSecond() {
    return examples / seconds;
  }
}
