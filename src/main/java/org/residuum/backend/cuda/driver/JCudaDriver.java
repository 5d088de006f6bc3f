package org.residuum.backend.cuda.driver;

import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDeviceGetAttribute;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuInit;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;
import static jcuda.driver.JCudaDriver.cuMemHostAlloc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUfunction;
import jcuda.driver.CUresult;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.library.CublasLibrary;
import org.residuum.backend.cuda.library.JCudaNatives;
import org.residuum.network.ElementType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls as JCuda's driver API and JCublas2 take them, on one GPU's primary context. */
public final class JCudaDriver implements CudaDriver {
  private static final Logger LOG = LoggerFactory.getLogger(JCudaDriver.class);

  private final CUdevice device = new CUdevice();
  private final CUcontext context = new CUcontext();
  private final String name;
  private final Supplier<String> detail;
  private final int architecture;
  private final AllocationLog allocations = new AllocationLog("device memory");
  private final AllocationLog lockings = new AllocationLog("page-locked memory");
  private final Map<BufferKey, HostAddress> locked = new ConcurrentHashMap<>();
  private final JCudaModules modules = new JCudaModules(this);
  private boolean closed;

  private JCudaDriver(int ordinal) {
    check(cuInit(0), "cuInit", () -> "0");
    check(cuDeviceGet(device, ordinal), "cuDeviceGet", () -> "GPU " + ordinal);
    this.name = GpuProbe.name(device);
    this.detail = () -> name;
    this.architecture =
        10 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
            + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    check(cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain", () -> name);
  }

  /**
   * The driver of a GPU, cuBLAS loaded.
   *
   * @param ordinal CUDA's number for the GPU, from 0
   * @throws BackendUnavailableException where it is not there, or cuBLAS is not
   */
  public static JCudaDriver open(int ordinal) {
    GpuProbe probe = GpuProbe.look();
    if (probe.gpus().isEmpty()) {
      throw new BackendUnavailableException("no GPU: " + probe.absence(), null);
    }
    if (ordinal < 0 || ordinal >= probe.gpus().size()) {
      throw new BackendUnavailableException(
          "no GPU " + ordinal + ": there are " + probe.gpus().size() + ", numbered from 0", null);
    }
    JCudaNatives.driver();
    CublasLibrary.load();
    return new JCudaDriver(ordinal);
  }

  static void check(int answer, String call, Supplier<String> detail) {
    CudaCalls.check(answer, call, detail);
  }

  private int attribute(int attribute) {
    int[] value = new int[1];
    check(
        cuDeviceGetAttribute(value, attribute, device),
        "cuDeviceGetAttribute",
        () -> CUdevice_attribute.stringFor(attribute));
    return value[0];
  }

  @Override
  public void enter() {
    check(cuCtxSetCurrent(context), "cuCtxSetCurrent", detail);
  }

  @Override
  public String description() {
    return name + ", compute capability " + architecture / 10 + "." + architecture % 10;
  }

  @Override
  public int architecture() {
    return architecture;
  }

  @Override
  public MemoryInfo memoryInfo() {
    enter();
    long[] free = new long[1];
    long[] total = new long[1];
    check(cuMemGetInfo(free, total), "cuMemGetInfo", () -> name);
    return new MemoryInfo(free[0], total[0]);
  }

  @Override
  public long productBytes() {
    return JCudaProducts.workspaceBytes(architecture);
  }

  @Override
  public long allocate(long bytes, String label) {
    enter();
    DeviceAddress address = new DeviceAddress();
    int answer = cuMemAlloc(address, bytes);
    if (answer == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
      throw OutOfDeviceMemoryException.of(bytes, label + " on " + name, memoryInfo());
    }
    check(answer, "cuMemAlloc", () -> bytes + " bytes for " + label);
    allocations.allocated(address.value(), bytes, label);
    return address.value();
  }

  @Override
  public void free(long address) {
    enter();
    if (!allocations.freed(address)) {
      throw new IllegalStateException("device memory freed twice");
    }
    check(cuMemFree(new DeviceAddress(address)), "cuMemFree", () -> Long.toHexString(address));
  }

  @Override
  public ByteBuffer allocateHost(long bytes, String label) {
    CudaDriver.requireOneBuffer(bytes, label);
    enter();
    HostAddress pointer = new HostAddress();
    int answer = cuMemHostAlloc(pointer, bytes, 0);
    if (answer == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
      throw OutOfDeviceMemoryException.ofHost(bytes, label);
    }
    check(answer, "cuMemHostAlloc", () -> bytes + " bytes for " + label);
    ByteBuffer buffer = pointer.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
    locked.put(new BufferKey(buffer), pointer);
    lockings.allocated(new BufferKey(buffer), bytes, label);
    return buffer;
  }

  /** Where page-locked memory is. */
  HostAddress pointer(ByteBuffer buffer) {
    HostAddress pointer = locked.get(new BufferKey(buffer));
    if (pointer == null) {
      throw new IllegalArgumentException("an asynchronous copy needs page-locked memory");
    }
    return pointer;
  }

  @Override
  public void freeHost(ByteBuffer buffer) {
    enter();
    HostAddress pointer = locked.remove(new BufferKey(buffer));
    if (pointer == null) {
      throw new IllegalStateException("host memory freed twice or not page-locked");
    }
    lockings.freed(new BufferKey(buffer));
    check(cuMemFreeHost(pointer), "cuMemFreeHost", () -> "");
  }

  /** The kernel's function; its module is loaded at first use. */
  CUfunction function(Kernel kernel, ElementType storage) {
    return modules.function(kernel, storage);
  }

  @Override
  public CudaStream createStream() {
    return new JCudaStream(this);
  }

  @Override
  public CudaEvent createEvent() {
    return event(CUevent_flags.CU_EVENT_DISABLE_TIMING);
  }

  @Override
  public CudaEvent createTimer() {
    return event(CUevent_flags.CU_EVENT_DEFAULT);
  }

  private CudaEvent event(int flags) {
    enter();
    JCudaEvent event = new JCudaEvent(this);
    check(cuEventCreate(event.handle(), flags), "cuEventCreate", () -> name);
    return event;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    enter();
    allocations.leaks().forEach(LOG::warn);
    lockings.leaks().forEach(LOG::warn);
    modules.unload();
    check(cuDevicePrimaryCtxRelease(device), "cuDevicePrimaryCtxRelease", () -> name);
  }
}
