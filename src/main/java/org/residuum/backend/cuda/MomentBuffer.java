package org.residuum.backend.cuda;

import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.Resources;
import org.residuum.network.Parameters;

/**
 * One of the optimiser's states on the device. Its memory is taken at the first use and then kept;
 * the state itself may go out of use and begin anew.
 */
final class MomentBuffer {
  private final CudaDriver driver;
  private final CudaStream stream;
  private final TrainingParameters parameters;
  private final Resources resources;
  private final String label;
  private final boolean ofAll;
  private long address;
  private boolean inUse;

  /**
   * A state that is not in use.
   *
   * @param resources collects its memory
   * @param ofAll whether it is laid out like all parameters, not like the trained ones
   */
  MomentBuffer(
      CudaDriver driver,
      CudaStream stream,
      TrainingParameters parameters,
      Resources resources,
      String label,
      boolean ofAll) {
    this.driver = driver;
    this.stream = stream;
    this.parameters = parameters;
    this.resources = resources;
    this.label = label;
    this.ofAll = ofAll;
  }

  private long bytes() {
    return 4L * elements();
  }

  int elements() {
    return ofAll ? parameters.layout().elements() : parameters.layout().trainedElements();
  }

  /** Bytes that it still has to take before it can be used. */
  long missingBytes() {
    return address == 0 ? bytes() : 0;
  }

  boolean isInUse() {
    return inUse;
  }

  /** 0 where it is not in use. */
  long addressOrZero() {
    return inUse ? address : 0;
  }

  /** Takes its memory, unless it has it. */
  void reserve() {
    if (address == 0) {
      address = resources.allocate(driver, bytes(), label);
    }
  }

  /** Has it in use, zeros where it was not. */
  void use() {
    if (!inUse) {
      start();
    }
  }

  /** Begins with zeros. */
  void start() {
    reserve();
    stream.fill(address, (byte) 0, bytes());
    inUse = true;
  }

  Parameters snapshot() {
    if (!inUse) {
      return Parameters.NONE;
    }
    return ofAll ? parameters.readAll(address) : parameters.readTrained(address);
  }

  /** Begins with these; without any it goes out of use. */
  void restore(Parameters moments) {
    inUse = false;
    if (!moments.isEmpty()) {
      start();
      if (ofAll) {
        parameters.writeAll(address, moments);
      } else {
        parameters.writeTrained(address, moments);
      }
    }
  }
}
