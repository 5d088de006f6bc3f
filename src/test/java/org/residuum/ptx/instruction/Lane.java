package org.residuum.ptx.instruction;

/** What an instruction computes in one lane, on raw register contents. */
public final class Lane {
  private Lane() {}

  interface F1 {
    long of(long a);
  }

  public interface F2 {
    long of(long a, long b);
  }

  public interface F3 {
    long of(long a, long b, long c);
  }

  public interface Test {
    boolean of(long a, long b);
  }
}
