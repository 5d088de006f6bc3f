package org.residuum.ptx.order;

/** Threads for whom a fence or a strong access counts. */
public enum Scope {
  BLOCK,
  DEVICE;

  /**
   * The scope of a modifier; {@code DEVICE} where there is none, as atomics have it. A cluster is
   * no more than a block here.
   */
  public static Scope of(String modifier) {
    return "cta".equals(modifier) || "cluster".equals(modifier) ? BLOCK : DEVICE;
  }
}
