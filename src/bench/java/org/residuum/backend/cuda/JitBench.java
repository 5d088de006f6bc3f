package org.residuum.backend.cuda;

import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuFuncGetAttribute;
import static jcuda.driver.JCudaDriver.cuInit;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemHostAlloc;
import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleLoadDataEx;
import static jcuda.driver.JCudaDriver.cuModuleUnload;
import static jcuda.driver.JCudaDriver.cuOccupancyMaxActiveBlocksPerMultiprocessor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUjit_option;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.PtxModule;
import org.residuum.backend.cuda.library.JCudaNatives;
import org.residuum.bench.Sample;
import org.residuum.network.ElementType;

/**
 * The driver compiles both modules from their PTX: how long it takes, what its log says, and what
 * registers and local memory each kernel got. The log is printed.
 */
final class JitBench {
  static final String GROUP = "jit";

  private static final int LOG_BYTES = 256 << 10;
  private static final int SLOT = Long.BYTES;
  private static final int[] OPTIONS = {
    CUjit_option.CU_JIT_WALL_TIME,
    CUjit_option.CU_JIT_INFO_LOG_BUFFER,
    CUjit_option.CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES,
    CUjit_option.CU_JIT_ERROR_LOG_BUFFER,
    CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES,
    CUjit_option.CU_JIT_LOG_VERBOSE
  };
  private static final int THREADS = 256;
  private static final Map<String, Integer> ATTRIBUTES =
      new TreeMap<>(
          Map.of(
              "registers", CUfunction_attribute.CU_FUNC_ATTRIBUTE_NUM_REGS,
              "localBytes", CUfunction_attribute.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES,
              "sharedBytes", CUfunction_attribute.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES,
              "binary", CUfunction_attribute.CU_FUNC_ATTRIBUTE_BINARY_VERSION));

  /** A pointer whose address can be had. */
  private static final class Address extends Pointer {
    long value() {
      return getNativePointer();
    }
  }

  private final int architecture;
  private final Consumer<BenchRow> rows;

  /** On a device of that compute capability, 10 · major + minor. */
  JitBench(int architecture, Consumer<BenchRow> rows) {
    this.architecture = architecture;
    this.rows = rows;
  }

  void run(int gpu) {
    JCudaNatives.driver();
    CUdevice device = new CUdevice();
    CUcontext context = new CUcontext();
    check(cuInit(0), "cuInit");
    check(cuDeviceGet(device, gpu), "cuDeviceGet");
    check(cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain");
    try {
      check(cuCtxSetCurrent(context), "cuCtxSetCurrent");
      for (PtxModule module : PtxModule.values()) {
        if (architecture >= module.minimumArchitecture()) {
          compile(module);
        }
      }
    } finally {
      check(cuDevicePrimaryCtxRelease(device), "cuDevicePrimaryCtxRelease");
    }
  }

  private static void check(int answer, String call) {
    if (answer != 0) {
      throw new IllegalStateException(
          call + " answers " + answer + ", " + CUresult.stringFor(answer));
    }
  }

  private void compile(PtxModule ptx) {
    byte[] text = ptx.source().getBytes(StandardCharsets.US_ASCII);
    int info = OPTIONS.length * SLOT;
    int error = info + LOG_BYTES;
    int source = error + LOG_BYTES;
    long bytes = source + text.length + 1L;
    Address block = new Address();
    check(cuMemHostAlloc(block, bytes, 0), "cuMemHostAlloc");
    try {
      ByteBuffer view = block.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
      view.putLong(0, 0).putLong(SLOT, block.value() + info).putLong(2 * SLOT, LOG_BYTES);
      view.putLong(3 * SLOT, block.value() + error).putLong(4 * SLOT, LOG_BYTES);
      view.putLong(5 * SLOT, 1);
      view.put(info, (byte) 0).put(error, (byte) 0);
      view.put(source, text).put(source + text.length, (byte) 0);
      load(ptx, block, view, info, error, source);
    } finally {
      check(cuMemFreeHost(block), "cuMemFreeHost");
    }
  }

  private void load(
      PtxModule ptx, Pointer block, ByteBuffer view, int info, int error, int source) {
    CUmodule module = new CUmodule();
    long start = System.nanoTime();
    int answer =
        cuModuleLoadDataEx(
            module, block.withByteOffset(source), OPTIONS.length, OPTIONS, block);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.println(ptx.file() + ", the driver's log:\n" + text(view, info));
    String errors = text(view, error);
    if (answer != 0) {
      String reason = CUresult.stringFor(answer) + ": " + errors.replace('\n', ' ');
      rows.accept(BenchRow.failed(GROUP, ptx.file(), "", reason));
      return;
    }
    if (!errors.isEmpty()) {
      System.out.println(ptx.file() + ", the driver's errors:\n" + errors);
    }
    rows.accept(
        BenchRow.of(GROUP, ptx.file(), "", new Sample(new double[] {seconds}), Traffic.NONE)
            .with("compilerMilliseconds", view.getFloat(0)));
    for (Kernel kernel : KernelTable.all()) {
      for (ElementType storage : Kernel.TYPES) {
        if (kernel.storages().contains(storage) && PtxModule.of(storage) == ptx) {
          rows.accept(kernel(module, kernel.entry(storage)));
        }
      }
    }
    check(cuModuleUnload(module), "cuModuleUnload");
  }

  private static BenchRow kernel(CUmodule module, String entry) {
    CUfunction function = new CUfunction();
    long start = System.nanoTime();
    int answer = cuModuleGetFunction(function, module, entry);
    Sample seconds = new Sample(new double[] {(System.nanoTime() - start) / 1e9});
    if (answer != 0) {
      return BenchRow.failed(GROUP, entry, "", CUresult.stringFor(answer));
    }
    BenchRow row = BenchRow.of(GROUP, entry, "", seconds, Traffic.NONE);
    int[] value = new int[1];
    ATTRIBUTES.forEach(
        (name, attribute) -> {
          if (isAnswer(cuFuncGetAttribute(value, attribute, function), "cuFuncGetAttribute")) {
            row.with(name, value[0]);
          }
        });
    if (isAnswer(
        cuOccupancyMaxActiveBlocksPerMultiprocessor(value, function, THREADS, 0),
        "cuOccupancyMaxActiveBlocksPerMultiprocessor")) {
      row.with("threadsAMultiprocessor", value[0] * (double) THREADS);
    }
    return row;
  }

  /** False where the driver has no such call, as one that only stands in for NVIDIA's. */
  private static boolean isAnswer(int answer, String call) {
    if (answer == CUresult.CUDA_ERROR_NOT_SUPPORTED) {
      return false;
    }
    check(answer, call);
    return true;
  }

  private static String text(ByteBuffer view, int start) {
    int end = start;
    while (end < start + LOG_BYTES && view.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - start];
    view.get(start, bytes);
    return new String(bytes, StandardCharsets.UTF_8).strip();
  }
}
