package org.residuum.backend.cuda;

import java.util.function.IntToLongFunction;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.OutOfDeviceMemoryException;

/** What to do where the device has not the memory that was asked for. */
final class MemoryAdvice {
  private MemoryAdvice() {}

  /**
   * Names the largest batch that fits.
   *
   * @param batch that does not fit
   * @param free bytes for it
   * @param bytes that a batch of some size takes, not falling as it grows
   */
  static OutOfDeviceMemoryException smallerBatch(
      OutOfDeviceMemoryException e, int batch, long free, IntToLongFunction bytes) {
    int fits = 0;
    int tooMany = batch;
    while (tooMany - fits > 1) {
      int middle = (fits + tooMany) >>> 1;
      if (bytes.applyAsLong(middle) <= free) {
        fits = middle;
      } else {
        tooMany = middle;
      }
    }
    return e.with(fits > 0 ? "batch " + fits + " would fit" : "not even batch 1 would fit");
  }

  /** For what is the same at each batch size. */
  static OutOfDeviceMemoryException smallerNetwork(
      OutOfDeviceMemoryException e, Precision precision) {
    return e.with(
        "no batch size would fit, for this does not depend on it; use a smaller network"
            + (precision == Precision.BF16 ? "" : ", bf16")
            + " or a GPU with more free memory");
  }
}
