package org.residuum.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.kernel.PtxModule;

/** The device that a benchmark runs on, and its stream for single launches. */
final class BenchDevice implements AutoCloseable {
  /** Device memory that holds small numbers, whatever type they are read as. */
  record Memory(CudaDriver driver, long address) implements AutoCloseable {
    @Override
    public void close() {
      driver.free(address);
    }
  }

  /** 0x3c3c3c3c is 0.0115 as fp32, 0x3c3c is as much as bf16. */
  private static final byte SMALL = 0x3c;

  private final CudaDriver driver;
  private final CudaStream stream;

  BenchDevice(CudaDriver driver) {
    this.driver = driver;
    this.stream = driver.createStream();
  }

  CudaDriver driver() {
    return driver;
  }

  CudaStream stream() {
    return stream;
  }

  /** Those that the device is new enough for. */
  List<Precision> modes() {
    List<Precision> modes = new ArrayList<>(List.of(Precision.FP32));
    if (driver.architecture() >= PtxModule.SM80.minimumArchitecture()) {
      modes.add(Precision.TF32);
      modes.add(Precision.BF16);
    }
    return modes;
  }

  Memory allocate(long bytes) {
    Memory memory = new Memory(driver, driver.allocate(bytes, "benchmark"));
    stream.fill(memory.address(), SMALL, bytes);
    stream.synchronize();
    return memory;
  }

  @Override
  public void close() {
    stream.close();
  }
}
