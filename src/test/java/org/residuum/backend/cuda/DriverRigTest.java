package org.residuum.backend.cuda;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every kernel alone against plain Java, through a driver; on the interpreter, whose own test takes
 * them all, every seventh case.
 */
class DriverRigTest {
  private static final long SEED = Long.getLong("residuum.seed", 20160318L);

  CudaDriver driver() {
    return TestDevice.INTERPRETER.driver();
  }

  /** Of so many cases, one is run. */
  int every() {
    return 7;
  }

  @TestFactory
  Stream<DynamicTest> kernelsComputeWhatPlainJavaComputes() {
    List<KernelCase> cases = KernelCases.all();
    return IntStream.range(0, cases.size())
        .filter(i -> i % every() == 0)
        .mapToObj(cases::get)
        .map(one -> DynamicTest.dynamicTest(one.toString(), () -> run(one)));
  }

  private void run(KernelCase one) {
    try (RigDevice device = new DriverRig(driver())) {
      one.body().run(new KernelRig(device, one.storage(), SEED));
    }
  }
}
