package org.residuum.backend;

/** The order in which a plan keeps images; vectors are the same in both. */
public enum Layout {
  /** (N, C, H, W), channels outermost. */
  NCHW,
  /** (N, H, W, C), channels innermost. */
  NHWC
}
