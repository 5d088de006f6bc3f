package org.residuum.backend.cuda.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.residuum.backend.Precision;
import org.residuum.ptx.LaunchLimits;

/** Resident blocks that follow by hand from the published limits and units of allocation. */
class ArchitectureTest {
  @ParameterizedTest
  @CsvSource({
    "SM_80, 256, 32, 0, 8", // 64 warps at most
    "SM_80, 256, 33, 0, 6", // 40 registers a thread are allocated: 51 warps, 48 in groups of four
    "SM_86, 256, 40, 0, 6", // 48 warps at most
    "SM_89, 32, 16, 0, 24", // 24 blocks at most
    "SM_86, 32, 16, 0, 16",
    "SM_90, 32, 16, 0, 32",
    "SM_90, 256, 255, 0, 1", // 8 warps by registers
    "SM_90, 512, 255, 0, 0", // 16 warps do not fit
    "SM_86, 128, 16, 33792, 2", // 33 KB and the system's 1 KB, of 100
    "SM_90, 256, 32, 18432, 8",
    "SM_80, 1024, 32, 0, 2",
    "SM_80, 1024, 64, 0, 1", // 32 warps by registers
    "SM_80, 1024, 65, 0, 0", // 28 warps
    "SM_90, 96, 32, 0, 21", // 63 of 64 warps
    "SM_90, 33, 16, 0, 32", // 2 warps a block
    "SM_89, 128, 168, 0, 3", // 5376 registers a warp: 12 warps
    "SM_90, 128, 32, 115712, 2", // twice 113 KB and 1 KB
    "SM_90, 128, 32, 115713, 1",
  })
  void blocksFitIntoAMultiprocessor(
      Architecture architecture, int threads, int registers, int shared, int blocks) {
    assertEquals(blocks, architecture.residentBlocks(threads, registers, shared));
  }

  @ParameterizedTest
  @EnumSource
  void theLargestBlockFitsOnce(Architecture architecture) {
    int most = LaunchLimits.mostShared(architecture.number());
    assertEquals(1, architecture.residentBlocks(32, 32, most));
    assertEquals(0, architecture.residentBlocks(32, 32, most + 1));
  }

  /** What a data sheet says of fp32 is two operations a lane and cycle. */
  @ParameterizedTest
  @EnumSource
  void ratesFollowFromLanesAndClock(Gpu gpu) {
    double lanes = 32 * gpu.architecture().floatRate() * gpu.multiprocessors();
    double fp32 = gpu.flops(Precision.FP32);
    assertEquals(fp32, 2 * lanes * gpu.clock(), 0.005 * fp32);
    double tf32 = gpu.flops(Precision.TF32);
    assertEquals(2 * tf32, gpu.flops(Precision.BF16), 0.01 * tf32);
  }

  @ParameterizedTest
  @CsvSource({"SM_80, 256, 33, 0.75", "SM_90, 128, 64, 0.5", "SM_89, 256, 40, 1"})
  void occupancyIsTheShareOfWarps(Architecture sm, int threads, int registers, double share) {
    assertEquals(share, sm.occupancy(threads, registers, 0));
  }
}
