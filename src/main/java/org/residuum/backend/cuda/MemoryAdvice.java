package org.residuum.backend.cuda;

import java.util.function.IntToLongFunction;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.OutOfDeviceMemoryException;

/** The remedy where a device lacks the memory that was requested. */
final class MemoryAdvice {
  private MemoryAdvice() {}

  /**
   * Names the largest batch that fits.
   *
   * @param batch the batch size that does not fit
   * @param free bytes available
   * @param bytes how many a batch size needs; grows with it
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

  /** For memory whose size does not depend on the batch. */
  static OutOfDeviceMemoryException smallerNetwork(
      OutOfDeviceMemoryException e, Precision precision) {
    return e.with(
        "no batch size would fit, for this does not depend on it; use a smaller network"
            + (precision == Precision.BF16 ? "" : ", bf16")
            + " or a GPU with more free memory");
  }
}
