package org.residuum.backend.cuda.driver;

import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuLaunchKernel;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoHAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemsetD8Async;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;
import static jcuda.driver.JCudaDriver.cuStreamWaitEvent;

import java.nio.ByteBuffer;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/** A stream with a cuBLAS handle of its own, created at the first product. */
final class JCudaStream implements CudaStream {
  private final JCudaDriver driver;
  private final CUstream handle = new CUstream();
  private JCudaProducts products;
  private boolean closed;

  JCudaStream(JCudaDriver driver) {
    this.driver = driver;
    driver.enter();
    JCudaDriver.check(
        cuStreamCreate(handle, CUstream_flags.CU_STREAM_NON_BLOCKING),
        "cuStreamCreate",
        driver::description);
  }

  @Override
  public void copyToDevice(long to, ByteBuffer from, long bytes) {
    driver.enter();
    JCudaDriver.check(
        cuMemcpyHtoDAsync(new DeviceAddress(to), Pointer.to(from), bytes, handle),
        "cuMemcpyHtoDAsync",
        () -> bytes + " bytes");
  }

  @Override
  public void copyToHost(ByteBuffer to, long from, long bytes) {
    driver.enter();
    JCudaDriver.check(
        cuMemcpyDtoHAsync(Pointer.to(to), new DeviceAddress(from), bytes, handle),
        "cuMemcpyDtoHAsync",
        () -> bytes + " bytes");
  }

  @Override
  public void copy(long to, long from, long bytes) {
    driver.enter();
    JCudaDriver.check(
        cuMemcpyDtoDAsync(new DeviceAddress(to), new DeviceAddress(from), bytes, handle),
        "cuMemcpyDtoDAsync",
        () -> bytes + " bytes");
  }

  @Override
  public void fill(long address, byte value, long bytes) {
    driver.enter();
    JCudaDriver.check(
        cuMemsetD8Async(new DeviceAddress(address), value, bytes, handle),
        "cuMemsetD8Async",
        () -> bytes + " bytes");
  }

  @Override
  public Runnable launch(
      Kernel kernel, ElementType storage, LaunchShape shape, Object... arguments) {
    CUfunction function = driver.function(kernel, storage);
    Pointer[] pointers = new Pointer[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      pointers[i] = pointer(arguments[i]);
    }
    Pointer parameters = Pointer.to(pointers);
    return () -> {
      driver.enter();
      JCudaDriver.check(
          cuLaunchKernel(
              function,
              shape.gridX(),
              shape.gridY(),
              1,
              shape.blockX(),
              shape.blockY(),
              1,
              0,
              handle,
              parameters,
              null),
          "cuLaunchKernel",
          () -> kernel.entry(storage) + ", " + shape);
    };
  }

  private static Pointer pointer(Object argument) {
    if (argument instanceof Long value) {
      return Pointer.to(new long[] {value});
    }
    return argument instanceof Integer value
        ? Pointer.to(new int[] {value})
        : Pointer.to(new float[] {(Float) argument});
  }

  @Override
  public Runnable multiply(Gemm gemm, long a, long b, long c) {
    if (products == null) {
      products = new JCudaProducts(driver, handle);
    }
    return products.prepare(gemm, a, b, c);
  }

  @Override
  public void record(CudaEvent event) {
    driver.enter();
    JCudaDriver.check(
        cuEventRecord(((JCudaEvent) event).handle(), handle), "cuEventRecord", () -> "");
  }

  @Override
  public void waitFor(CudaEvent event) {
    driver.enter();
    JCudaDriver.check(
        cuStreamWaitEvent(handle, ((JCudaEvent) event).handle(), 0), "cuStreamWaitEvent", () -> "");
  }

  @Override
  public void synchronize() {
    driver.enter();
    JCudaDriver.check(
        cuStreamSynchronize(handle),
        "cuStreamSynchronize",
        () -> "an error of an earlier launch shows here");
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      driver.enter();
      if (products != null) {
        products.close();
      }
      JCudaDriver.check(cuStreamDestroy(handle), "cuStreamDestroy", () -> "");
    }
  }
}
