package org.residuum.backend.cuda;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.kernel.PtxModule;

/** The device that a benchmark runs on, and its stream for single launches. */
final class BenchDevice implements AutoCloseable {
  /** Device memory that holds random numbers, whether they are read as fp32 or as bf16. */
  record Memory(CudaDriver driver, long address) implements AutoCloseable {
    @Override
    public void close() {
      driver.free(address);
    }
  }

  private static final int PATTERN_BYTES = 8 << 20;

  /** The exponents of bf16 and fp32 from here on, eight of them: magnitudes of 2⁻⁷ to 2. */
  private static final int LEAST_EXPONENT = 120;

  private final CudaDriver driver;
  private final CudaStream stream;
  private final DeviceClock clock;

  BenchDevice(CudaDriver driver) {
    this.driver = driver;
    this.stream = driver.createStream();
    this.clock = new DeviceClock(driver, stream);
  }

  CudaDriver driver() {
    return driver;
  }

  CudaStream stream() {
    return stream;
  }

  /** Times what is given to {@link #stream}. */
  DeviceClock clock() {
    return clock;
  }

  /** Those that the device is new enough for, the fastest first. */
  List<Precision> modes() {
    List<Precision> modes = new ArrayList<>();
    if (driver.architecture() >= PtxModule.SM80.minimumArchitecture()) {
      modes.add(Precision.BF16);
      modes.add(Precision.TF32);
    }
    modes.add(Precision.FP32);
    return modes;
  }

  Memory allocate(long bytes) {
    Memory memory = new Memory(driver, driver.allocate(bytes, "benchmark"));
    ByteBuffer pattern = driver.allocateHost(Math.min(bytes, PATTERN_BYTES), "random numbers");
    try {
      randomize(pattern);
      for (long done = 0; done < bytes; done += pattern.capacity()) {
        long part = Math.min(bytes - done, pattern.capacity());
        stream.copyToDevice(memory.address() + done, pattern, part);
      }
      stream.synchronize();
    } finally {
      driver.freeHost(pattern);
    }
    return memory;
  }

  private static void randomize(ByteBuffer pattern) {
    SplittableRandom random = new SplittableRandom(20151210);
    for (int i = 0; i + 1 < pattern.capacity(); i += 2) {
      int bits = random.nextInt();
      int sign = bits & 0x8000;
      int exponent = LEAST_EXPONENT + (bits & 7) << 7;
      int mantissa = bits >>> 16 & 0x7f;
      pattern.putShort(i, (short) (sign | exponent | mantissa));
    }
  }

  @Override
  public void close() {
    clock.close();
    stream.close();
  }
}
