package org.residuum.backend.cuda.driver;

import jcuda.driver.CUdeviceptr;

/** A device address as JCuda takes it. */
final class DeviceAddress extends CUdeviceptr {
  /** To be filled in by an allocation. */
  DeviceAddress() {}

  DeviceAddress(long address) {
    super(new CUdeviceptr(), address);
  }

  long value() {
    return getNativePointer() + getByteOffset();
  }
}
