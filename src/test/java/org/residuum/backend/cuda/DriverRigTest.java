package org.residuum.backend.cuda;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every kernel alone against plain Java through a driver, as the backend launches it. */
class DriverRigTest {
  private static final long SEED = Long.getLong("residuum.seed", 20160318L);

  CudaDriver driver() {
    return TestDevice.INTERPRETER.driver();
  }

  @TestFactory
  Stream<DynamicTest> kernelsComputeWhatPlainJavaComputes() {
    return KernelCases.all().stream()
        .map(one -> DynamicTest.dynamicTest(one.toString(), () -> run(one)));
  }

  private void run(KernelCase one) {
    try (RigDevice device = new DriverRig(driver())) {
      one.body().run(new KernelRig(device, one.storage(), SEED));
    }
  }
}
