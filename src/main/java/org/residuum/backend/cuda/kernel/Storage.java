package org.residuum.backend.cuda.kernel;

import org.residuum.backend.Precision;

/**
 * How activations are stored in device memory; it selects the variant of a kernel and its module.
 */
public enum Storage {
  F32("f32", 4, PtxModule.BASELINE),
  BF16("bf16", 2, PtxModule.SM80);

  private final String suffix;
  private final int bytes;
  private final PtxModule module;

  Storage(String suffix, int bytes, PtxModule module) {
    this.suffix = suffix;
    this.bytes = bytes;
    this.module = module;
  }

  /** How activations are stored at a precision. */
  public static Storage of(Precision precision) {
    return precision == Precision.BF16 ? BF16 : F32;
  }

  public String suffix() {
    return suffix;
  }

  public int bytes() {
    return bytes;
  }

  public PtxModule module() {
    return module;
  }
}
