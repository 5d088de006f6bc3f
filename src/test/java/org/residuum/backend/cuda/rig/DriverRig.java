package org.residuum.backend.cuda.rig;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Assumptions;
import org.residuum.backend.cuda.cases.RigDevice;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.Resources;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/**
 * A driver's device. What nobody wrote is NaN there, as fp32 and as bf16, except in arrays of many
 * gigabytes, of which cases touch but a few elements.
 */
final class DriverRig implements RigDevice {
  private static final byte ONES = -1;
  private static final long MOST_FILLED_BYTES = 1 << 30;

  private final CudaDriver driver;
  private final Resources resources = new Resources();
  private final CudaStream stream;

  DriverRig(CudaDriver driver) {
    this.driver = driver;
    this.stream = driver.createStream();
    resources.add(stream::close);
  }

  @Override
  public long allocate(long bytes, String label) {
    long free = driver.memoryInfo().free();
    Assumptions.assumeTrue(
        bytes <= free, () -> label + " take " + bytes + " bytes, " + free + " are free");
    long address = resources.allocate(driver, Math.max(1, bytes), label);
    if (bytes <= MOST_FILLED_BYTES) {
      stream.fill(address, ONES, Math.max(1, bytes));
    }
    return address;
  }

  @Override
  public void copyIn(long address, byte[] bytes) {
    ByteBuffer locked = driver.allocateHost(Math.max(1, bytes.length), "test");
    locked.put(0, bytes);
    stream.copyToDevice(address, locked, bytes.length);
    stream.synchronize();
    driver.freeHost(locked);
  }

  @Override
  public void copyOut(long address, byte[] bytes) {
    ByteBuffer locked = driver.allocateHost(Math.max(1, bytes.length), "test");
    stream.copyToHost(locked, address, bytes.length);
    stream.synchronize();
    locked.get(0, bytes);
    driver.freeHost(locked);
  }

  @Override
  public long launch(Kernel kernel, ElementType storage, LaunchShape shape, Object[] arguments) {
    stream.launch(kernel, storage, shape, arguments).run();
    stream.synchronize();
    return 0;
  }

  @Override
  public void close() {
    resources.close();
  }
}
