package org.residuum.train;

/** The loss, a gradient or a weight became infinite, NaN or as good as that. */
public final class DivergedException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient TrainingResult result;

  DivergedException(String message, TrainingResult result) {
    super(message);
    this.result = result;
  }

  /** What there was at the end of the last good epoch. */
  public TrainingResult result() {
    return result;
  }
}
