package org.residuum.ptx.count;

/** What a multiprocessor executes instructions with. */
public enum Pipe {
  /** The schedulers, through which every instruction goes. */
  ISSUE,
  INTEGER,
  FLOAT32,
  FLOAT64,
  SPECIAL,
  MEMORY
}
