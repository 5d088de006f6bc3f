package org.residuum.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.residuum.ptx.number.Samples;
import org.residuum.ptx.parse.PtxEntry;

/** Runs kernels.cu, compiled by nvcc, against the same computation in Java. */
class CompiledKernelTest {
  private final Device device = new Device("kernels.ptx");

  private LaunchStatistics launch(
      String name, int grid, int block, int shared, Object... arguments) {
    return device.machine.launch(
        device.module.entry(name), Dim3.of(grid), Dim3.of(block), shared, arguments);
  }

  @Test
  void nestedBranchesAndLoopsOfDifferentLengthGiveEachThreadItsResult() {
    int n = 333;
    int[] in = new int[n];
    for (int i = 0; i < n; i++) {
      in[i] = i + 1;
    }
    long out = device.empty("out", 4L * n);
    launch("diverge", 3, 128, 0, device.ints("in", in), out, n);
    int[] steps = device.ints(out, n);
    for (int i = 0; i < n; i++) {
      assertEquals(collatz(in[i], i), steps[i], "thread " + i);
    }
  }

  private static int collatz(int start, int i) {
    int x = start;
    int steps = 0;
    while (x != 1 && steps <= 200) {
      boolean even = x % 2 == 0;
      x = even ? x / 2 : 3 * x + 1;
      steps += !even && x % 5 == 0 ? 10 : 1;
    }
    return steps % 3 == 0 ? steps + sumOfSquares(i % 7) : steps;
  }

  private static int sumOfSquares(int n) {
    int sum = 0;
    for (int k = 0; k < n; k++) {
      sum += k * k;
    }
    return sum;
  }

  @Test
  void blockSumReducesInTheOrderOfTheKernel() {
    int n = 5000;
    float[] in = new float[n];
    for (int i = 0; i < n; i++) {
      in[i] = (i % 17) - 8 + (i % 3) * 0.25f;
    }
    long out = device.empty("out", 8);
    launch("blockSum", 2, 256, 0, device.floats("in", in), out, n);
    float[] sums = device.floats(out, 2);
    double want = 0;
    for (float v : in) {
      want += v;
    }
    // Quarters below 2^22 add without rounding.
    assertEquals(want, (double) sums[0] + sums[1]);
  }

  @Test
  void transposeMovesThroughDynamicSharedMemory() {
    int rows = 37;
    int cols = 50;
    float[] in = new float[rows * cols];
    for (int i = 0; i < in.length; i++) {
      in[i] = i;
    }
    long out = device.empty("out", 4L * in.length);
    device.machine.launch(
        device.module.entry("transpose"),
        Dim3.of(4, 3),
        Dim3.of(16, 16),
        16 * 17 * 4,
        device.floats("in", in),
        out,
        rows,
        cols);
    float[] t = device.floats(out, in.length);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        assertEquals(in[r * cols + c], t[c * rows + r]);
      }
    }
  }

  @Test
  void callsPassStructuresAndLocalArrays() {
    int n = 40;
    float[] in = new float[n];
    for (int i = 0; i < n; i++) {
      in[i] = i * 0.5f - 3;
    }
    float[] w = {1, -2, 3, 0.5f};
    ByteBuffer weights = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : w) {
      weights.putFloat(v);
    }
    weights.putInt(1);
    long out = device.empty("out", 4L * n);
    launch("calls", 1, n, 0, weights.array(), device.floats("in", in), out, n);
    float[] got = device.floats(out, n);
    for (int i = 0; i < n; i++) {
      float s = weigh(w, i, in, i) + weigh(w, i + 1, in, i);
      s =
          switch (i % 8) {
            case 0 -> s + 1;
            case 1 -> s * 2;
            case 2 -> s - 3;
            case 3 -> -s;
            case 4 -> s + in[0];
            case 5 -> s * s;
            case 6 -> 0;
            default -> s + 7;
          };
      assertEquals(s, got[i], "thread " + i);
    }
  }

  private static float weigh(float[] w, int k, float[] in, int i) {
    // nvcc contracts the product and the sum.
    return Math.fma(w[(k + 1) & 3], 1 << (k & 3), in[(i + (k & 7)) % in.length]);
  }

  @Test
  void tensorCoreTileIsTheProduct() {
    Samples samples = new Samples("tensorTile");
    double[] a = new double[256];
    double[] b = new double[128];
    long pa = device.bytes("a", bfloats(samples, a));
    long pb = device.bytes("b", bfloats(samples, b));
    long out = device.empty("c", 512);
    LaunchStatistics statistics = launch("tensorTile", 1, 32, 0, pa, pb, out);
    float[] c = device.floats(out, 128);
    for (int i = 0; i < 16; i++) {
      for (int j = 0; j < 8; j++) {
        double want = 0;
        for (int k = 0; k < 16; k++) {
          want += a[16 * i + k] * b[8 * k + j];
        }
        assertEquals((float) want, c[8 * i + j], i + ", " + j);
      }
    }
    assertEquals(
        32, statistics.opcodes().get("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32"));
  }

  /** Random sixteenths, exact in bf16; returns their bytes. */
  private static byte[] bfloats(Samples samples, double[] values) {
    byte[] bytes = new byte[2 * values.length];
    for (int i = 0; i < values.length; i++) {
      float v = (samples.random().nextInt(255) - 127) / 16f;
      values[i] = v;
      int bits = Float.floatToRawIntBits(v) >>> 16;
      bytes[2 * i] = (byte) bits;
      bytes[2 * i + 1] = (byte) (bits >> 8);
    }
    return bytes;
  }

  @Test
  void missingBarrierInTheTransposeIsFound() {
    String text = Device.resource("kernels.ptx");
    int entry = text.indexOf(".entry transpose");
    int barrier = text.indexOf("bar.sync", entry);
    Device broken = new Device(text.substring(0, barrier) + "//" + text.substring(barrier));
    long in = broken.floats("in", new float[256]);
    long out = broken.empty("out", 1024);
    PtxFault fault =
        assertThrows(
            PtxFault.class,
            () ->
                broken.machine.launch(
                    broken.module.entry("transpose"),
                    Dim3.of(1),
                    Dim3.of(16, 16),
                    16 * 17 * 4,
                    in,
                    out,
                    16,
                    16));
    assertTrue(
        fault.kind() == PtxFault.Kind.UNWRITTEN_MEMORY || fault.kind() == PtxFault.Kind.SHARED_RACE,
        fault.getMessage());
  }

  @Test
  void spinKernelCountsItsInstructionsAndPrintsTheRate() {
    int threads = 8 * 256;
    long out = device.empty("out", 4L * threads);
    PtxEntry entry = device.module.entry("spin");
    for (LaunchOptions options :
        new LaunchOptions[] {LaunchOptions.strict(), LaunchOptions.fast()}) {
      device.machine.launch(options, entry, Dim3.of(8), Dim3.of(256), 0, out, 100);
      LaunchStatistics s =
          device.machine.launch(options, entry, Dim3.of(8), Dim3.of(256), 0, out, 500);
      assertEquals(500L * threads, s.opcodes().get("setp.gt.f32"));
      System.out.printf(
          "spin, %s checks: %.0f million thread instructions a second on %d workers%n",
          options.globalRaces() ? "all" : "few", s.rate() / 1e6, options.workers());
    }
    float x = 0;
    float y = 0.5f;
    for (int k = 0; k < 500; k++) {
      x = Math.fma(x, 0.999f, y);
      y = Math.fma(y, 0.99f, k & 3);
      x = x > 1000 ? x - 1000 : x;
    }
    assertEquals(x + y, device.floats(out, 1)[0]);
  }
}
