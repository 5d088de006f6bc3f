package org.residuum.backend.cuda;

/** How the CUDA backend multiplies matrices and stores activations; sums are fp32 in all. */
public enum Mode {
  /** fp32 storage, products of fp32 operands. */
  FP32("fp32", Storage.F32),
  /** fp32 storage, operands of products rounded to 10 bits behind the point. */
  TF32("tf32", Storage.F32),
  /** bf16 storage and operands; master weights, statistics and gradients of weights fp32. */
  BF16("bf16", Storage.BF16);

  private final String label;
  private final Storage storage;

  Mode(String label, Storage storage) {
    this.label = label;
    this.storage = storage;
  }

  /** The least compute capability that it runs on, as 10 · major + minor. */
  public int minimumArchitecture() {
    return this == FP32
        ? PtxModule.BASELINE.minimumArchitecture()
        : PtxModule.SM80.minimumArchitecture();
  }

  /** How activations lie in device memory. */
  Storage storage() {
    return storage;
  }

  @Override
  public String toString() {
    return label;
  }
}
