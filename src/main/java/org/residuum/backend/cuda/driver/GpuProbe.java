package org.residuum.backend.cuda.driver;

import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDeviceGetAttribute;
import static jcuda.driver.JCudaDriver.cuDeviceGetCount;
import static jcuda.driver.JCudaDriver.cuDeviceGetName;
import static jcuda.driver.JCudaDriver.cuDeviceTotalMem;
import static jcuda.driver.JCudaDriver.cuDriverGetVersion;
import static jcuda.driver.JCudaDriver.cuInit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUdevice;
import jcuda.driver.CUresult;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.cuda.kernel.PtxModule;
import org.residuum.backend.cuda.library.JCudaNatives;

/**
 * What CUDA's driver sees of this machine; no context is made on any GPU.
 *
 * @param driverVersion of CUDA that the driver can run, 1000 · major + 10 · minor; 0 without driver
 * @param gpus in CUDA's order
 * @param absence why there are none, in CUDA's words; empty where there are some
 */
public record GpuProbe(int driverVersion, List<GpuDevice> gpus, String absence) {
  /** The first driver that loads our PTX, which is of version 8.0. */
  private static final int OLDEST_DRIVER = 12000;

  public GpuProbe {
    gpus = List.copyOf(gpus);
  }

  /** Looks; never fails. */
  public static GpuProbe look() {
    try {
      JCudaNatives.driver();
    } catch (BackendUnavailableException e) {
      return new GpuProbe(0, List.of(), e.getMessage());
    }
    int[] version = new int[1];
    int answer = cuDriverGetVersion(version);
    if (answer == CUresult.CUDA_SUCCESS) {
      answer = cuInit(0);
    }
    if (answer != CUresult.CUDA_SUCCESS) {
      return new GpuProbe(version[0], List.of(), CudaCalls.failure("cuInit", answer));
    }
    if (version[0] < OLDEST_DRIVER) {
      return new GpuProbe(version[0], List.of(), tooOld(version[0]));
    }
    return describe(version[0]);
  }

  /** The same, without unpacking JCuda's natives where there is certainly no driver. */
  public static GpuProbe lookBriefly() {
    return DriverLibrary.isCertainlyAbsent()
        ? new GpuProbe(0, List.of(), "the dynamic linker knows no " + DriverLibrary.NAME)
        : look();
  }

  private static String tooOld(int version) {
    return String.format(
        "the driver is for CUDA up to %d.%d, our kernels need 12.0: install driver 525 or newer",
        version / 1000, version % 1000 / 10);
  }

  /** The lines that name each PTX module and the architecture from which on it loads. */
  public static List<String> ptxModules() {
    List<String> lines = new ArrayList<>();
    for (PtxModule module : PtxModule.values()) {
      lines.add(module.file() + " from sm_" + module.minimumArchitecture() + " on");
    }
    return lines;
  }

  private static GpuProbe describe(int version) {
    List<GpuDevice> gpus = new ArrayList<>();
    try {
      int[] count = new int[1];
      check(cuDeviceGetCount(count), "cuDeviceGetCount");
      for (int ordinal = 0; ordinal < count[0]; ordinal++) {
        gpus.add(device(ordinal));
      }
      return new GpuProbe(version, gpus, gpus.isEmpty() ? "cuDeviceGetCount: 0 GPUs" : "");
    } catch (CudaException e) {
      return new GpuProbe(version, gpus, gpus.isEmpty() ? e.getMessage() : "");
    }
  }

  private static GpuDevice device(int ordinal) {
    CUdevice device = new CUdevice();
    check(cuDeviceGet(device, ordinal), "cuDeviceGet");
    long[] bytes = new long[1];
    check(cuDeviceTotalMem(bytes, device), "cuDeviceTotalMem");
    return new GpuDevice(
        ordinal,
        name(device),
        bytes[0],
        attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
        attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR));
  }

  /** CUDA's name for a GPU, which ends at the first zero byte. */
  static String name(CUdevice device) {
    byte[] text = new byte[256];
    check(cuDeviceGetName(text, text.length, device), "cuDeviceGetName");
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return new String(text, 0, end, StandardCharsets.UTF_8);
  }

  private static int attribute(CUdevice device, int attribute) {
    int[] value = new int[1];
    check(cuDeviceGetAttribute(value, attribute, device), "cuDeviceGetAttribute");
    return value[0];
  }

  private static void check(int answer, String call) {
    if (answer != CUresult.CUDA_SUCCESS) {
      throw new CudaException(CudaCalls.failure(call, answer));
    }
  }
}
