package org.residuum.backend.cuda;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import jcuda.runtime.JCuda;
import jcuda.runtime.cudaDeviceProp;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.GpuProbe;
import org.residuum.backend.cuda.library.CublasLibrary;

/** What results are results of: commit, device, driver, libraries. */
final class BenchHeader {
  private BenchHeader() {}

  /**
   * Names and values.
   *
   * @param gpu CUDA's number of it; empty on the interpreter
   */
  static Map<String, String> of(CudaDriver driver, Optional<Integer> gpu) {
    Map<String, String> header = new LinkedHashMap<>();
    header.put("system", "Residuum");
    header.put("commit", System.getProperty("residuum.commit", "unknown"));
    header.put("Java", Runtime.version().toString());
    header.put("device", driver.description());
    gpu.ifPresent(number -> add(header, driver, number));
    return header;
  }

  private static void add(Map<String, String> header, CudaDriver driver, int gpu) {
    GpuProbe probe = GpuProbe.look();
    header.put("driverCuda", cuda(probe.driverVersion()));
    int[] runtime = new int[1];
    if (JCuda.cudaRuntimeGetVersion(runtime) == 0) {
      header.put("runtimeCuda", cuda(runtime[0]));
    }
    header.put("gpus", probe.gpus().size() + "");
    CublasLibrary cublas = CublasLibrary.load();
    header.put("cuBLAS", cublas.version() + ", " + cublas.file());
    CudaDriver.MemoryInfo memory = driver.memoryInfo();
    header.put("freeBytes", memory.free() + "");
    header.put("memoryBytes", memory.total() + "");
    cudaDeviceProp properties = new cudaDeviceProp();
    if (JCuda.cudaGetDeviceProperties(properties, gpu) == 0) {
      header.put("multiprocessors", properties.multiProcessorCount + "");
      header.put("clockMegahertz", properties.clockRate / 1000 + "");
      header.put("memoryClockMegahertz", properties.memoryClockRate / 1000 + "");
      header.put("memoryBusBits", properties.memoryBusWidth + "");
      header.put("l2Bytes", properties.l2CacheSize + "");
    }
  }

  private static String cuda(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }
}
