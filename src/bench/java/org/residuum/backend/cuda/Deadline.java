package org.residuum.backend.cuda;

/** When a process is to be done, so that it ends by itself with what it has. */
record Deadline(long nanoTime) {
  static final Deadline NEVER = in(1e6);

  static Deadline in(double seconds) {
    return new Deadline(System.nanoTime() + (long) (seconds * 1e9));
  }

  double secondsLeft() {
    return (nanoTime - System.nanoTime()) / 1e9;
  }

  boolean isOver() {
    return secondsLeft() <= 0;
  }
}
