package org.residuum.backend.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class GpuProbeTest {
  @Test
  void withoutADriverTheMissingLibraryIsNamed() {
    Assumptions.assumeFalse(
        Files.exists(Path.of("/proc/driver/nvidia/version")), "there is an NVIDIA driver here");
    GpuProbe probe = GpuProbe.look();
    assertEquals(List.of(), probe.gpus());
    assertEquals(0, probe.driverVersion());
    assertTrue(
        probe.absence().matches(".*libcuda\\.so\\.1: cannot open shared object file.*; install .*"),
        probe.absence());
  }

  @Test
  void withADriverEachGpuIsDescribed() {
    GpuProbe probe = GpuProbe.look();
    Assumptions.assumeFalse(probe.gpus().isEmpty(), "no GPU: " + probe.absence());
    assertTrue(probe.driverVersion() >= 12000, "driver for CUDA " + probe.driverVersion());
    for (GpuDevice gpu : probe.gpus()) {
      assertFalse(gpu.name().isBlank());
      assertTrue(gpu.memoryBytes() > 1L << 30, gpu.toString());
      assertTrue(gpu.major() >= 3, gpu.toString());
    }
  }

  @Test
  void modulesFollowTheArchitecture() {
    assertEquals(List.of(), gpu(7, 0).ptxModules());
    assertEquals(List.of("baseline.ptx"), gpu(7, 5).ptxModules());
    assertEquals(List.of("baseline.ptx", "sm80.ptx"), gpu(9, 0).ptxModules());
  }

  private static GpuDevice gpu(int major, int minor) {
    return new GpuDevice(0, "GPU", 1L << 34, major, minor);
  }
}
