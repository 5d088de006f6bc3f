package org.residuum.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.rig.EmulatedDriver;
import org.residuum.backend.cuda.rig.Intercepted;
import org.residuum.ptx.LaunchOptions;

/** What a GPU has to do before it is taken. */
class FirstProductTest {
  private static final long FLOATS = 4L * 64;

  @ParameterizedTest
  @EnumSource
  void runsOnceAndGivesItsMemoryBack(Precision precision) {
    EmulatedDriver driver = new EmulatedDriver();
    CudaBackend.open(() -> driver, precision).close();
    assertTrue(driver.toString().contains(" 1 products"), driver::toString);
    assertTrue(driver.executed().contains("square_sums_f32"), driver.executed()::toString);
    assertEquals("0 streams, 0 events, 0 bytes, 0 buffers", driver.leaks());
  }

  @Test
  void gpuWithoutMemoryIsRefusedWithARemedyAndClosed() {
    List<String> calls = new ArrayList<>();
    CudaDriver full =
        Intercepted.of(
            CudaDriver.class,
            new EmulatedDriver(LaunchOptions.fast(), 80, 3 * FLOATS),
            call -> {
              calls.add(call.name());
              return call.go();
            });
    String message = refusal(full);
    assertTrue(message.startsWith("PTX interpreter does not work: allocate "), message);
    assertTrue(message.contains(" are free; free its memory if that is short"), message);
    assertEquals("close", calls.get(calls.size() - 1));
  }

  /** A cuBLAS that answers success and has done something else. */
  @Test
  void gpuThatMultipliesWronglyIsRefused() {
    CudaDriver wrong =
        Intercepted.of(CudaDriver.class, new EmulatedDriver(), FirstProductTest::copying);
    String message = refusal(wrong);
    String expected = "a product of ones, 8 × 8 × 8 fp32, has squares of sum 64.0, not 4096.0";
    assertTrue(message.contains(expected), message);
  }

  private static Object copying(Intercepted.Call call) {
    Object made = call.go();
    return made instanceof CudaStream stream
        ? Intercepted.of(CudaStream.class, stream, FirstProductTest::copyingA)
        : made;
  }

  /** C = A. */
  private static Object copyingA(Intercepted.Call call) {
    if (!call.name().equals("multiply")) {
      return call.go();
    }
    Object[] arguments = call.arguments();
    return ((CudaStream) call.target()).copying((long) arguments[3], (long) arguments[1], FLOATS);
  }

  @Test
  void gpuIsClosedWhereASettingIsWrong() {
    List<String> calls = new ArrayList<>();
    CudaDriver driver =
        Intercepted.of(
            CudaDriver.class,
            new EmulatedDriver(),
            call -> {
              calls.add(call.name());
              return call.go();
            });
    System.setProperty(Graphs.PROPERTY, "nonsense");
    try {
      assertThrows(
          IllegalArgumentException.class, () -> CudaBackend.open(() -> driver, Precision.FP32));
    } finally {
      System.clearProperty(Graphs.PROPERTY);
    }
    assertEquals(List.of("close"), calls);
  }

  private static String refusal(CudaDriver driver) {
    return assertThrows(
            BackendUnavailableException.class, () -> CudaBackend.open(() -> driver, Precision.FP32))
        .getMessage();
  }
}
