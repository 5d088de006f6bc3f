package org.residuum.backend.cuda.rig;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.residuum.backend.cuda.cases.KernelCase;
import org.residuum.backend.cuda.cases.KernelCases;
import org.residuum.backend.cuda.cases.KernelRig;
import org.residuum.backend.cuda.cases.RigDevice;
import org.residuum.backend.cuda.driver.CudaDriver;

/**
 * Every kernel alone against plain Java through a driver, as the backend launches it. {@code
 * -Dresiduum.family=bias} runs one family only, so that a kernel that leaves the device unusable
 * spoils no other.
 */
class DriverRigTest {
  private static final long SEED = Long.getLong("residuum.seed", 20160318L);

  CudaDriver driver() {
    return TestDevice.INTERPRETER.driver();
  }

  @TestFactory
  Stream<DynamicTest> kernelsComputeWhatPlainJavaComputes() {
    return cases().stream().map(one -> DynamicTest.dynamicTest(one.toString(), () -> run(one)));
  }

  private static List<KernelCase> cases() {
    Map<String, List<KernelCase>> families = KernelCases.families();
    String family = System.getProperty("residuum.family");
    if (family == null) {
      return KernelCases.all();
    }
    if (!families.containsKey(family)) {
      throw new IllegalArgumentException(
          "-Dresiduum.family=" + family + ": there are " + families.keySet());
    }
    return families.get(family);
  }

  private void run(KernelCase one) {
    try (RigDevice device = new DriverRig(driver())) {
      one.body().run(new KernelRig(device, one.storage(), SEED));
    }
  }
}
