package org.residuum.backend.cuda.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.CudaEvent;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.network.ElementType;
import org.residuum.ptx.PtxFault;

/** The stand-in for a GPU: its products and its order of work. */
class EmulatedDriverTest {
  private final EmulatedDriver driver = new EmulatedDriver();
  private final CudaStream stream = driver.createStream();

  private long device(float... values) {
    long address = driver.allocate(4L * values.length, "values");
    ByteBuffer host = driver.allocateHost(4L * values.length, "values");
    host.asFloatBuffer().put(0, values);
    stream.copyToDevice(address, host, 4L * values.length);
    stream.synchronize();
    driver.freeHost(host);
    return address;
  }

  private float first(long address) {
    ByteBuffer host = driver.allocateHost(4, "first");
    stream.copyToHost(host, address, 4);
    stream.synchronize();
    return host.getFloat(0);
  }

  @Test
  void tf32KeepsTenBitsAndRoundsTiesAwayFromZero() {
    assertEquals(1f, Tf32.ROUNDED.of(1 + 0x1p-12f));
    assertEquals(1 + 0x1p-10f, Tf32.ROUNDED.of(1 + 0x1p-11f));
    assertEquals(-1 - 0x1p-10f, Tf32.ROUNDED.of(-1 - 0x1p-11f));
    assertEquals(2f, Tf32.ROUNDED.of(Math.nextDown(2f)));
    assertEquals(Float.NEGATIVE_INFINITY, Tf32.ROUNDED.of(Float.NEGATIVE_INFINITY));
    assertEquals(1f, Tf32.TRUNCATED.of(Math.nextDown(1 + 0x1p-10f)));
    assertEquals(-1f, Tf32.TRUNCATED.of(Math.nextUp(-1 - 0x1p-10f)));
    assertEquals(2 - 0x1p-10f, Tf32.TRUNCATED.of(Math.nextDown(2f)));
  }

  @Test
  void productsRoundTheirOperandsAsTheModeSays() {
    Gemm.Matrix m = Gemm.matrix(1, ElementType.F32, 0);
    long a = device(1 + 0x1p-11f);
    long b = device(3);
    for (Precision precision : new Precision[] {Precision.FP32, Precision.TF32}) {
      long c = device(10);
      stream
          .multiply(Gemm.of(precision, Gemm.size(1, 1, 1), m, m, m).accumulating(true), a, b, c)
          .run();
      float rounded = precision == Precision.FP32 ? 3 + 3 * 0x1p-11f : 3 + 3 * 0x1p-10f;
      assertEquals(10 + rounded, first(c), precision.toString());
    }
  }

  /** (1 2; 3 4) against (5 6; 7 8), each transposed in turn. */
  @Test
  void transposedOperandsAreReadAcross() {
    long a = device(1, 2, 3, 4);
    long b = device(5, 6, 7, 8);
    long c = driver.allocate(16, "c");
    Gemm.Matrix m = Gemm.matrix(2, ElementType.F32, 0);
    Gemm.Matrix t = m.transpose();
    Gemm.Size size = Gemm.size(2, 2, 2);
    stream.multiply(Gemm.of(Precision.FP32, size, m, m, m), a, b, c).run();
    assertEquals(19, first(c));
    stream.multiply(Gemm.of(Precision.FP32, size, m, t, m), a, b, c).run();
    assertEquals(17, first(c));
    stream.multiply(Gemm.of(Precision.FP32, size, t, m, m), a, b, c).run();
    assertEquals(26, first(c));
  }

  /** Column (1; 3) times 5 and column (2; 4) times 6, added to (10 20; 30 40) column by column. */
  @Test
  void batchedProductsTakeTheirStrides() {
    long a = device(1, 2, 3, 4);
    long b = device(5, 0, 6);
    long c = device(10, 20, 30, 40);
    Gemm.Matrix columns = Gemm.matrix(2, ElementType.F32, 1);
    Gemm.Matrix factors = Gemm.matrix(1, ElementType.F32, 2);
    Gemm one =
        Gemm.of(Precision.FP32, Gemm.size(2, 1, 1), columns, factors, columns).accumulating(true);
    stream.multiply(one.times(2), a, b, c).run();
    assertEquals(15, first(c));
    assertEquals(32, first(c + 4));
    assertEquals(45, first(c + 8));
    assertEquals(64, first(c + 12));
  }

  @Test
  void workRunsOnlyWhenSomebodyWaitsForIt() {
    long address = device(1);
    CudaStream other = driver.createStream();
    other.fill(address, (byte) 0, 4);
    assertEquals(1, first(address), "no wait, so the other stream's work may come later");
    try (CudaEvent event = driver.createEvent()) {
      other.record(event);
      stream.waitFor(event);
      assertEquals(0, first(address));
    }
  }

  @Test
  void memoryThatNobodyWroteCannotBeReadBack() {
    long address = driver.allocate(4, "fresh");
    assertThrows(PtxFault.class, () -> first(address));
  }

  @Test
  void copiesNeedPageLockedMemory() {
    long address = device(1);
    ByteBuffer heap = ByteBuffer.allocate(4);
    assertThrows(IllegalArgumentException.class, () -> stream.copyToHost(heap, address, 4));
  }

  @Test
  void timersTellHowLongWhatLiesBetweenThemTook() {
    CudaEvent start = driver.createTimer();
    CudaEvent end = driver.createTimer();
    stream.record(start);
    device(1);
    stream.record(end);
    assertThrows(IllegalStateException.class, () -> end.secondsSince(start));
    end.synchronize();
    assertTrue(end.secondsSince(start) > 0);
    assertThrows(IllegalStateException.class, () -> end.secondsSince(driver.createEvent()));
  }
}
