package org.residuum.train;

import org.residuum.backend.Slot;
import org.residuum.data.load.Batch;
import org.residuum.data.load.Draw;
import org.residuum.network.loss.Loss;
import org.residuum.train.loop.Scores;

/** What the loss is told of each batch, and which of the network's answers to it are right. */
interface Truth {
  /** What a training with it makes small. */
  Loss loss();

  /** Whether it changes the values of a batch, so that they are to be loaded as floats. */
  default boolean changesInputs() {
    return false;
  }

  /**
   * Changes a batch, where it does, before it is given to the session.
   *
   * @param epoch from 0
   * @param number of the batch in its epoch, from 0
   */
  default void prepare(Batch<Draw> batch, int epoch, int number) {}

  /** Fills the input that the loss reads with what it is to be told of the batch prepared last. */
  void fill(Slot slot, Batch<Draw> batch);

  /** Whether an answer is either right or wrong. */
  default boolean tellsRight() {
    return true;
  }

  /** How many examples of a slot's batch have the highest score at the class that is right. */
  int right(Slot slot, Scores scores);
}
