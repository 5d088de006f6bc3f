package org.residuum.ptx;

/** What an instruction computes in one lane, on raw register contents. */
final class Lane {
  private Lane() {}

  interface F1 {
    long of(long a);
  }

  interface F2 {
    long of(long a, long b);
  }

  interface F3 {
    long of(long a, long b, long c);
  }

  interface Test {
    boolean of(long a, long b);
  }
}
