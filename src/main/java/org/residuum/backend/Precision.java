package org.residuum.backend;

import org.residuum.network.ElementType;

/** How a backend multiplies matrices and stores activations; sums are fp32 in all. */
public enum Precision {
  /** fp32 storage, products of fp32 operands. */
  FP32("fp32", ElementType.F32, 24),
  /** fp32 storage, operands of products rounded to 11 significant bits. */
  TF32("tf32", ElementType.F32, 11),
  /** bf16 storage and operands; master weights, statistics and gradients of weights fp32. */
  BF16("bf16", ElementType.BF16, 8);

  private final String label;
  private final ElementType storage;
  private final int significantBits;

  Precision(String label, ElementType storage, int significantBits) {
    this.label = label;
    this.storage = storage;
    this.significantBits = significantBits;
  }

  /** The type in which activations are stored. */
  public ElementType storage() {
    return storage;
  }

  /** Half the distance from 1 to the next operand of a product. */
  public double unitRoundoff() {
    return Math.scalb(1.0, -significantBits);
  }

  /** As {@code --precision} takes it. */
  @Override
  public String toString() {
    return label;
  }
}
