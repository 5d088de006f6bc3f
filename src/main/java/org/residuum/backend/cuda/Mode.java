package org.residuum.backend.cuda;

import org.residuum.backend.cuda.kernel.PtxModule;
import org.residuum.backend.cuda.kernel.Storage;

/** How the CUDA backend multiplies matrices and stores activations; sums are fp32 in all. */
public enum Mode {
  /** fp32 storage, products of fp32 operands. */
  FP32("fp32", Storage.F32, 24),
  /** fp32 storage, operands of products rounded to 10 bits behind the point. */
  TF32("tf32", Storage.F32, 11),
  /** bf16 storage and operands; master weights, statistics and gradients of weights fp32. */
  BF16("bf16", Storage.BF16, 8);

  private final String label;
  private final Storage storage;
  private final int significantBits;

  Mode(String label, Storage storage, int significantBits) {
    this.label = label;
    this.storage = storage;
    this.significantBits = significantBits;
  }

  /** Half the distance from 1 to the next operand of a product. */
  public double unitRoundoff() {
    return Math.scalb(1.0, -significantBits);
  }

  /** The least compute capability that it runs on, as 10 · major + minor. */
  public int minimumArchitecture() {
    return this == FP32
        ? PtxModule.BASELINE.minimumArchitecture()
        : PtxModule.SM80.minimumArchitecture();
  }

  /** How activations lie in device memory. */
  public Storage storage() {
    return storage;
  }

  @Override
  public String toString() {
    return label;
  }
}
