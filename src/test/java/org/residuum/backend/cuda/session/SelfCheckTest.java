package org.residuum.backend.cuda.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.Precision;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.cases.mutation.KernelMutation;
import org.residuum.backend.cuda.cases.mutation.KernelMutationTest;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.rig.EmulatedDriver;
import org.residuum.backend.lower.SelfCheck;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.ptx.LaunchOptions;

/** A backend that is right passes; one wrong kernel does not. */
class SelfCheckTest {
  /**
   * Their changes show in the kernels' own cases only: where a thread goes round its grid, where
   * equal maxima are no zeros that ReLU masks, and at indices over 2³¹.
   */
  private static final Set<Kernel> UNSEEN =
      Set.of(kernel("bias_relu_forward"), kernel("max_pool_backward"), kernel("strided_gather"));

  private static Optional<String> check(EmulatedDriver driver, Precision precision) {
    return SelfCheck.of(
        new CudaBackend(driver, precision), new ReferenceBackend(), precision.unitRoundoff());
  }

  @ParameterizedTest
  @EnumSource
  void shippedKernelsAgreeWithTheReference(Precision precision) {
    EmulatedDriver driver = new EmulatedDriver();
    assertEquals(Optional.empty(), check(driver, precision));
    assertEquals("0 streams, 0 events, 0 bytes, 0 buffers", driver.leaks());
    System.out.println(precision + ": " + driver + " " + driver.executed());
  }

  @Test
  void cpuAgreesWithTheReference() {
    long began = System.nanoTime();
    assertEquals(
        Optional.empty(),
        SelfCheck.of(new CpuBackend(), new ReferenceBackend(), Precision.FP32.unitRoundoff()));
    System.out.printf("self-check of the CPU: %.2f s%n", (System.nanoTime() - began) / 1e9);
  }

  /** Arithmetic coarser than what is claimed shows, so the tolerance is not a blank cheque. */
  @Test
  void tf32IsNotTakenForFp32() {
    EmulatedDriver driver = new EmulatedDriver();
    Optional<String> difference =
        SelfCheck.of(
            new CudaBackend(driver, Precision.TF32),
            new ReferenceBackend(),
            Precision.FP32.unitRoundoff());
    assertTrue(difference.orElse("").contains("of its norm, rounding explains "));
  }

  static Stream<KernelMutation> wrongKernels() {
    EmulatedDriver clean = new EmulatedDriver();
    check(clean, Precision.FP32);
    return KernelMutationTest.changedByHand()
        .filter(mutation -> clean.executed().contains(mutation.entry()))
        .filter(mutation -> !UNSEEN.contains(mutation.kernel()));
  }

  @ParameterizedTest
  @MethodSource("wrongKernels")
  void wrongKernelIsFound(KernelMutation mutation) {
    Optional<String> difference = check(new EmulatedDriver().with(mutation), Precision.FP32);
    assertTrue(difference.isPresent(), mutation::toString);
    System.out.println(mutation + ": " + difference.get());
  }

  @Test
  void driverThatFailsIsNotTaken() {
    EmulatedDriver full = new EmulatedDriver(LaunchOptions.fast(), 80, 1000);
    assertTrue(check(full, Precision.FP32).orElse("").startsWith("allocate "));
  }
}
