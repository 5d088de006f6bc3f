package org.residuum.backend.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DeviceAddressTest {
  @Test
  void addressGoesThroughJCudasPointerUnchanged() {
    assertEquals(0x7f00_1234_5678L, new DeviceAddress(0x7f00_1234_5678L).value());
    assertEquals(0, new DeviceAddress().value());
  }
}
