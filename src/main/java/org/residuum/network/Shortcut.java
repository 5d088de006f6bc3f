package org.residuum.network;

/** What carries x around a block whose output has another shape (He et al. 2015, section 3.3). */
public enum Shortcut {
  /** Option A: every stride-th pixel, zero channels on both sides; no parameters. */
  ZERO_PAD,
  /** Option B: a strided 1×1 convolution with batch norm. */
  PROJECTION
}
