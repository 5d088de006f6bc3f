package org.residuum.data;

/** Which part of a data set to open. */
public enum Split {
  /** What the network learns from. */
  TRAIN,
  /** What the network is judged by. */
  TEST,
  /** Both, the training examples first. */
  ALL
}
