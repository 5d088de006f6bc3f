package org.residuum.train;

/** The inner signal that becomes a {@link Trainer.DivergedException}. */
final class Divergence extends Exception {
  private static final long serialVersionUID = 1;

  Divergence(String message) {
    super(message);
  }
}
