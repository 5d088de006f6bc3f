package org.residuum.data;

/** Which part of a data set to open. */
public enum Split {
  /** What the network learns from. */
  TRAIN("training"),
  /** What the network is judged by. */
  TEST("testing"),
  /** Both, the training examples first. */
  ALL("anything");

  private final String purpose;

  Split(String purpose) {
    this.purpose = purpose;
  }

  /** As it stands in a sentence, after "for". */
  public String purpose() {
    return purpose;
  }
}
