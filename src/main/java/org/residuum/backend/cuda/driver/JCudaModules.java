package org.residuum.backend.cuda.driver;

import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleLoadDataEx;
import static jcuda.driver.JCudaDriver.cuModuleUnload;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import jcuda.driver.CUfunction;
import jcuda.driver.CUjit_option;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.PtxModule;
import org.residuum.backend.lower.LoadingThread;
import org.residuum.network.ElementType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The PTX modules on a GPU, each compiled by the driver when a kernel of it is first asked for. */
final class JCudaModules {
  private static final Logger LOG = LoggerFactory.getLogger(JCudaModules.class);
  private static final int LOG_BYTES = 8 << 10;
  private static final int[] OPTIONS = {
    CUjit_option.CU_JIT_INFO_LOG_BUFFER,
    CUjit_option.CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES,
    CUjit_option.CU_JIT_ERROR_LOG_BUFFER,
    CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES
  };

  private final JCudaDriver driver;
  private final Map<PtxModule, CUmodule> modules = new EnumMap<>(PtxModule.class);
  private final Map<String, CUfunction> functions = new HashMap<>();

  JCudaModules(JCudaDriver driver) {
    this.driver = driver;
  }

  synchronized CUfunction function(Kernel kernel, ElementType storage) {
    return functions.computeIfAbsent(
        kernel.entry(storage),
        entry -> {
          CUfunction function = new CUfunction();
          CUmodule module = modules.computeIfAbsent(PtxModule.of(storage), this::load);
          driver.enter();
          JCudaDriver.check(
              cuModuleGetFunction(function, module, entry), "cuModuleGetFunction", () -> entry);
          return function;
        });
  }

  /** The compiler recurses; a caller's stack may be small. */
  private CUmodule load(PtxModule ptx) {
    return LoadingThread.call(() -> compile(ptx));
  }

  /** In one block: the values of the options, the two logs, the text and its final zero. */
  private CUmodule compile(PtxModule ptx) {
    driver.enter();
    byte[] text = ptx.source().getBytes(StandardCharsets.US_ASCII);
    int info = OPTIONS.length * Long.BYTES;
    int error = info + LOG_BYTES;
    int source = error + LOG_BYTES;
    ByteBuffer block = driver.allocateHost(source + text.length + 1L, "text of " + ptx.file());
    try {
      long address = driver.pointer(block).value();
      block.putLong(0, address + info).putLong(Long.BYTES, LOG_BYTES);
      block.putLong(2 * Long.BYTES, address + error).putLong(3 * Long.BYTES, LOG_BYTES);
      block.put(info, (byte) 0).put(error, (byte) 0);
      block.put(source, text).put(source + text.length, (byte) 0);
      CUmodule module = new CUmodule();
      int answer =
          cuModuleLoadDataEx(
              module,
              new HostAddress(address + source),
              OPTIONS.length,
              OPTIONS,
              new HostAddress(address));
      if (answer == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
        throw OutOfDeviceMemoryException.of(text.length, ptx.file(), driver.memoryInfo());
      }
      String log = text(block, error);
      JCudaDriver.check(
          answer,
          "cuModuleLoadDataEx",
          () -> ptx.file() + " on " + driver.description() + (log.isEmpty() ? "" : ": " + log));
      LOG.debug("{} compiled for {}: {}", ptx.file(), driver.description(), text(block, info));
      return module;
    } finally {
      driver.freeHost(block);
    }
  }

  /** A log in a line. */
  private static String text(ByteBuffer block, int start) {
    int end = start;
    while (end < start + LOG_BYTES && block.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - start];
    block.get(start, bytes);
    return new String(bytes, StandardCharsets.UTF_8).strip().replaceAll("\\s*\\n\\s*", "; ");
  }

  synchronized void unload() {
    for (CUmodule module : modules.values()) {
      JCudaDriver.check(cuModuleUnload(module), "cuModuleUnload", driver::description);
    }
    modules.clear();
    functions.clear();
  }
}
