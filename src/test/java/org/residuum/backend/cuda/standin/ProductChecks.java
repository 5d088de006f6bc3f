package org.residuum.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.backend.cuda.driver.JCudaDriver;
import org.residuum.backend.cuda.driver.Resources;
import org.residuum.backend.cuda.rig.Bf16;
import org.residuum.backend.cuda.rig.EmulatedDriver;
import org.residuum.network.ElementType;

/** Products as the backend asks JCublas2 for them: the bits of the emulated driver's. */
final class ProductChecks {
  private static final long SEED = 20251129;
  private static final int MOST_ROWS = 64;
  private static final int LONGEST_SUM = 4608;

  private ProductChecks() {}

  static void add(Map<String, StandInChecks.Check> checks) {
    for (Precision precision : Precision.values()) {
      checks.put("products of ResNet-20 and ResNet-50 in " + precision, () -> real(precision));
      checks.put("products of every form in " + precision, () -> forms(precision));
    }
  }

  private static void real(Precision precision) {
    Set<Gemm> gemms = new LinkedHashSet<>();
    PlanGemms.of(precision).forEach(gemm -> gemms.add(cut(gemm)));
    assertTrue(gemms.size() > 60, gemms.size() + " products");
    compare(gemms);
  }

  /** Fewer pixels of a batch, as rows of the result or as terms of a sum. */
  private static Gemm cut(Gemm gemm) {
    int m = gemm.size().m() > MOST_ROWS ? 29 : gemm.size().m();
    int k = gemm.size().k() > LONGEST_SUM ? 131 : gemm.size().k();
    Gemm.Size size = new Gemm.Size(m, gemm.size().n(), k);
    return new Gemm(
        size, gemm.a(), gemm.b(), gemm.c(), gemm.precision(), gemm.beta(), gemm.count());
  }

  /** Every transposition, longer rows than needed, sums, and batches that lie in three ways. */
  private static void forms(Precision precision) {
    ElementType storage = precision == Precision.BF16 ? ElementType.BF16 : ElementType.F32;
    List<Gemm> gemms = new ArrayList<>();
    for (int form = 0; form < 16; form++) {
      boolean left = (form & 1) != 0;
      boolean right = (form & 2) != 0;
      Gemm.Matrix a = new Gemm.Matrix(left, (left ? 5 : 7) + 3, storage, 110);
      Gemm.Matrix b = new Gemm.Matrix(right, (right ? 7 : 3) + 5, storage, 90);
      Gemm.Matrix c =
          Gemm.matrix(12, (form & 4) != 0 ? ElementType.F32 : storage, (form & 4) != 0 ? 4 : 77);
      Gemm one = Gemm.of(precision, Gemm.size(5, 3, 7), a, b, c).accumulating((form & 8) != 0);
      gemms.add(one);
      gemms.add(one.times(3));
    }
    compare(gemms);
  }

  private static void compare(Iterable<Gemm> gemms) {
    long before = StandIn.count(StandIn.Counter.DEFAULT_WORKSPACES);
    try (JCudaDriver real = JCudaDriver.open(0)) {
      for (Gemm gemm : gemms) {
        byte[] expected = run(new EmulatedDriver(), gemm);
        assertArrayEquals(expected, run(real, gemm), gemm::toString);
      }
    }
    assertEquals(
        before, StandIn.count(StandIn.Counter.DEFAULT_WORKSPACES), "products without a workspace");
    NetworkChecks.assertClosed();
  }

  /** The bytes of C, gaps between its rows included. */
  private static byte[] run(CudaDriver driver, Gemm gemm) {
    Resources resources = new Resources();
    try {
      CudaStream stream = driver.createStream();
      resources.add(stream::close);
      SplittableRandom random = new SplittableRandom(SEED);
      Gemm.Size size = gemm.size();
      Operand a = new Operand(gemm.a(), size.m(), size.k(), gemm.count());
      Operand b = new Operand(gemm.b(), size.k(), size.n(), gemm.count());
      Operand c = new Operand(gemm.c(), size.m(), size.n(), gemm.count());
      long left = a.onDevice(driver, stream, random, resources);
      long right = b.onDevice(driver, stream, random, resources);
      long result = resources.allocate(driver, c.bytes(), "C");
      stream.fill(result, (byte) -1, c.bytes());
      if (gemm.beta() == 1) {
        c.write(driver, stream, random, result);
      }
      stream.multiply(gemm, left, right, result).run();
      ByteBuffer host = resources.allocateHost(driver, c.bytes(), "C");
      stream.copyToHost(host, result, c.bytes());
      stream.synchronize();
      byte[] bytes = new byte[(int) c.bytes()];
      host.get(0, bytes);
      return bytes;
    } finally {
      resources.close();
    }
  }

  /** The matrices of a product as they lie in memory, which ends with the last element. */
  private record Operand(Gemm.Matrix matrix, int rows, int columns, int count) {
    private int lines() {
      return matrix.transposed() ? columns : rows;
    }

    private int width() {
      return matrix.transposed() ? rows : columns;
    }

    long bytes() {
      return ((count - 1) * matrix.stride() + (lines() - 1L) * matrix.rowStride() + width())
          * matrix.storage().bytes();
    }

    long onDevice(
        CudaDriver driver, CudaStream stream, SplittableRandom random, Resources resources) {
      long address = resources.allocate(driver, bytes(), "operand");
      write(driver, stream, random, address);
      return address;
    }

    /** Nothing is written between the rows, so that whoever reads there is caught. */
    void write(CudaDriver driver, CudaStream stream, SplittableRandom random, long address) {
      boolean gaps = matrix.rowStride() > width();
      long part = gaps ? width() : (long) lines() * width();
      ByteBuffer host = driver.allocateHost(part * matrix.storage().bytes(), "rows");
      for (int i = 0; i < count; i++) {
        for (long line = 0; line < (gaps ? lines() : 1); line++) {
          fill(host, random);
          long at = (i * matrix.stride() + line * matrix.rowStride()) * matrix.storage().bytes();
          stream.copyToDevice(address + at, host, host.capacity());
          stream.synchronize();
        }
      }
      driver.freeHost(host);
    }

    private void fill(ByteBuffer host, SplittableRandom random) {
      for (int at = 0; at < host.capacity(); at += matrix.storage().bytes()) {
        float value = (float) random.nextDouble(-2, 2);
        if (matrix.storage() == ElementType.F32) {
          host.putFloat(at, value);
        } else {
          host.putShort(at, Bf16.bits(value));
        }
      }
    }
  }
}
