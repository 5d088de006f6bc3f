package org.residuum.backend.cuda.profile;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.residuum.backend.Precision;

/**
 * GPUs and what their maker says: multiprocessors, the highest clock, memory bandwidth, and dense
 * rates of products with fp32 sums, which are half of those said to be with sparsity. Sources:
 * NVIDIA's data sheets of H100 and H200 (SXM) and of A100 (SXM, 80 GB); the Hopper white paper for
 * multiprocessors (its rates of the tensor cores are at 1.83 GHz); the white papers on the GA102 and
 * Ada architectures for the GeForce cards, whose rate of bf16 is that with fp32 sums.
 */
enum Gpu {
  H200(Architecture.SM_90, 132, 1.98, 4.8e12, 67e12, 495e12, 989e12),
  H100(Architecture.SM_90, 132, 1.98, 3.35e12, 67e12, 495e12, 989e12),
  A100(Architecture.SM_80, 108, 1.41, 2.039e12, 19.5e12, 156e12, 312e12),
  RTX3090(Architecture.SM_86, 82, 1.695, 0.936e12, 35.6e12, 35.6e12, 71e12),
  RTX4090(Architecture.SM_89, 128, 2.52, 1.008e12, 82.6e12, 82.6e12, 165.2e12);

  private final Architecture architecture;
  private final int multiprocessors;
  private final double clock;
  private final double bytes;
  private final double fp32;
  private final double tf32;
  private final double bf16;

  Gpu(
      Architecture architecture,
      int multiprocessors,
      double gigahertz,
      double bytesPerSecond,
      double fp32,
      double tf32,
      double bf16) {
    this.architecture = architecture;
    this.multiprocessors = multiprocessors;
    this.clock = gigahertz * 1e9;
    this.bytes = bytesPerSecond;
    this.fp32 = fp32;
    this.tf32 = tf32;
    this.bf16 = bf16;
  }

  Architecture architecture() {
    return architecture;
  }

  int multiprocessors() {
    return multiprocessors;
  }

  /** Cycles a second. */
  double clock() {
    return clock;
  }

  /** Bytes a second of device memory. */
  double bytesPerSecond() {
    return bytes;
  }

  /** Operations a second of products. */
  double flops(Precision precision) {
    return switch (precision) {
      case FP32 -> fp32;
      case TF32 -> tf32;
      case BF16 -> bf16;
    };
  }

  static Gpu of(int computeCapability) {
    return Arrays.stream(values())
        .filter(gpu -> gpu.architecture.number() == computeCapability)
        .findFirst()
        .orElseThrow();
  }

  static List<String> names() {
    return Arrays.stream(values())
        .map(gpu -> gpu.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.toList());
  }
}
