package org.residuum.backend.cuda;

import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLOCK_RATE;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDeviceGetAttribute;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import jcuda.driver.CUdevice;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.GpuProbe;
import org.residuum.backend.cuda.library.CublasLibrary;

/** What results are results of: commit, device, driver, libraries. */
final class BenchHeader {
  private static final Map<String, Integer> ATTRIBUTES =
      new TreeMap<>(
          Map.of(
              "multiprocessors", CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT,
              "clockKilohertz", CU_DEVICE_ATTRIBUTE_CLOCK_RATE,
              "memoryClockKilohertz", CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE,
              "memoryBusBits", CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH,
              "l2Bytes", CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE));

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
    int version = probe.driverVersion();
    header.put("driverCuda", version / 1000 + "." + version % 1000 / 10);
    header.put("gpus", probe.gpus().size() + "");
    CublasLibrary cublas = CublasLibrary.load();
    header.put("cuBLAS", cublas.version() + ", " + cublas.file());
    CudaDriver.MemoryInfo memory = driver.memoryInfo();
    header.put("freeBytes", memory.free() + "");
    header.put("memoryBytes", memory.total() + "");
    CUdevice device = new CUdevice();
    if (cuDeviceGet(device, gpu) == 0) {
      ATTRIBUTES.forEach(
          (name, attribute) -> {
            int[] value = new int[1];
            if (cuDeviceGetAttribute(value, attribute, device) == 0) {
              header.put(name, value[0] + "");
            }
          });
    }
  }
}
