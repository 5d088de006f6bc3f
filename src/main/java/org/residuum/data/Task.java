package org.residuum.data;

import java.util.Locale;

/** What a network is to tell of an example. */
public enum Task {
  /** Which one of several classes it is: softmax. */
  CLASSIFY,
  /** Which of several labels it has, any number of them: a sigmoid each. */
  MULTILABEL,
  /** One or several numbers. */
  REGRESSION;

  /** As on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
