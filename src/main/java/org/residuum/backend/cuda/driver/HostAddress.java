package org.residuum.backend.cuda.driver;

import jcuda.Pointer;

/** Host memory off the Java heap as JCuda takes it: its natives pass the address on as it is. */
final class HostAddress extends Pointer {
  /** To be filled in by an allocation. */
  HostAddress() {}

  HostAddress(long address) {
    super(address);
  }

  long value() {
    return getNativePointer() + getByteOffset();
  }
}
