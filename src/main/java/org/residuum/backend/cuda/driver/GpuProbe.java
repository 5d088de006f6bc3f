package org.residuum.backend.cuda.driver;

import java.util.ArrayList;
import java.util.List;
import jcuda.runtime.JCuda;
import jcuda.runtime.cudaDeviceProp;
import jcuda.runtime.cudaError;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.cuda.kernel.PtxModule;
import org.residuum.backend.cuda.library.JCudaNatives;

/**
 * What the CUDA runtime sees of this machine. The runtime is linked into JCuda's native library and
 * answers without a driver, too; no context is made on any GPU.
 *
 * @param driverVersion of CUDA that the driver can run, 1000 · major + 10 · minor; 0 without driver
 * @param gpus in CUDA's order
 * @param absence why there are none, in CUDA's words; empty where there are some
 */
public record GpuProbe(int driverVersion, List<GpuDevice> gpus, String absence) {
  public GpuProbe {
    gpus = List.copyOf(gpus);
  }

  /** Looks; never fails. */
  public static GpuProbe look() {
    try {
      JCudaNatives.runtime();
    } catch (BackendUnavailableException e) {
      return new GpuProbe(0, List.of(), e.getMessage());
    }
    int[] count = new int[1];
    int answer = JCuda.cudaGetDeviceCount(count);
    if (answer != cudaError.cudaSuccess) {
      return new GpuProbe(driver(), List.of(), text("cudaGetDeviceCount", answer));
    }
    return describe(count[0]);
  }

  /** The lines that name each PTX module and the architecture from which on it loads. */
  public static List<String> ptxModules() {
    List<String> lines = new ArrayList<>();
    for (PtxModule module : PtxModule.values()) {
      lines.add(module.file() + " from sm_" + module.minimumArchitecture() + " on");
    }
    return lines;
  }

  private static GpuProbe describe(int count) {
    List<GpuDevice> gpus = new ArrayList<>();
    String absence = count == 0 ? "cudaGetDeviceCount: 0 GPUs" : "";
    for (int ordinal = 0; ordinal < count; ordinal++) {
      cudaDeviceProp properties = new cudaDeviceProp();
      int answer = JCuda.cudaGetDeviceProperties(properties, ordinal);
      if (answer != cudaError.cudaSuccess) {
        return new GpuProbe(driver(), gpus, text("cudaGetDeviceProperties", answer));
      }
      gpus.add(device(ordinal, properties));
    }
    return new GpuProbe(driver(), gpus, absence);
  }

  private static GpuDevice device(int ordinal, cudaDeviceProp properties) {
    return new GpuDevice(
        ordinal,
        properties.getName(),
        properties.totalGlobalMem,
        properties.major,
        properties.minor);
  }

  private static int driver() {
    int[] version = new int[1];
    return JCuda.cudaDriverGetVersion(version) == cudaError.cudaSuccess ? version[0] : 0;
  }

  private static String text(String call, int answer) {
    return call + " answers " + answer + ", " + JCuda.cudaGetErrorString(answer);
  }
}
