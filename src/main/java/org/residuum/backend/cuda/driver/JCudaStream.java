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
import java.util.function.Supplier;
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
  private final ArgumentMemory memory;
  private JCudaProducts products;
  private boolean closed;

  JCudaStream(JCudaDriver driver) {
    this.driver = driver;
    this.memory = new ArgumentMemory(driver);
    driver.enter();
    JCudaDriver.check(
        cuStreamCreate(handle, CUstream_flags.CU_STREAM_NON_BLOCKING),
        "cuStreamCreate",
        driver::description);
  }

  @Override
  public Runnable toDevice(long to, ByteBuffer from, long bytes) {
    DeviceAddress target = new DeviceAddress(to);
    HostAddress source = driver.pointer(from);
    Supplier<String> detail = () -> bytes + " bytes";
    return () ->
        JCudaDriver.check(
            cuMemcpyHtoDAsync(target, source, bytes, handle), "cuMemcpyHtoDAsync", detail);
  }

  @Override
  public Runnable toHost(ByteBuffer to, long from, long bytes) {
    HostAddress target = driver.pointer(to);
    DeviceAddress source = new DeviceAddress(from);
    Supplier<String> detail = () -> bytes + " bytes";
    return () ->
        JCudaDriver.check(
            cuMemcpyDtoHAsync(target, source, bytes, handle), "cuMemcpyDtoHAsync", detail);
  }

  @Override
  public Runnable copying(long to, long from, long bytes) {
    DeviceAddress target = new DeviceAddress(to);
    DeviceAddress source = new DeviceAddress(from);
    Supplier<String> detail = () -> bytes + " bytes";
    return () ->
        JCudaDriver.check(
            cuMemcpyDtoDAsync(target, source, bytes, handle), "cuMemcpyDtoDAsync", detail);
  }

  @Override
  public void copyToDevice(long to, ByteBuffer from, long bytes) {
    driver.enter();
    toDevice(to, from, bytes).run();
  }

  @Override
  public void copyToHost(ByteBuffer to, long from, long bytes) {
    driver.enter();
    toHost(to, from, bytes).run();
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
    driver.enter();
    CUfunction function = driver.function(kernel, storage);
    HostAddress block = memory.arguments(arguments);
    Supplier<String> detail = () -> kernel.entry(storage) + ", " + shape;
    return () ->
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
                block,
                null),
            "cuLaunchKernel",
            detail);
  }

  @Override
  public Runnable multiply(Gemm gemm, long a, long b, long c) {
    if (products == null) {
      products = new JCudaProducts(driver, handle, memory);
    }
    driver.enter();
    return products.prepare(gemm, a, b, c);
  }

  @Override
  public CudaGraph capture(Runnable work) {
    return JCudaGraph.of(driver, handle, work);
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
    JCudaDriver.check(cuStreamSynchronize(handle), "cuStreamSynchronize", () -> CudaCalls.EARLIER);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      driver.enter();
      Resources all = new Resources();
      all.add(() -> JCudaDriver.check(cuStreamDestroy(handle), "cuStreamDestroy", () -> ""));
      all.add(memory::close);
      if (products != null) {
        all.add(products::close);
      }
      all.close();
    }
  }
}
