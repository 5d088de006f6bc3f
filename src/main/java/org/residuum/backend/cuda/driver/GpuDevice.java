package org.residuum.backend.cuda.driver;

import java.util.Arrays;
import java.util.List;
import org.residuum.backend.cuda.kernel.PtxModule;

/**
 * A GPU of this machine.
 *
 * @param ordinal CUDA's number for it, from 0
 * @param major of the compute capability
 * @param minor of the compute capability
 */
public record GpuDevice(int ordinal, String name, long memoryBytes, int major, int minor) {
  /** The compute capability as compilers write it, 90 for 9.0. */
  public int architecture() {
    return 10 * major + minor;
  }

  /** The PTX modules that this GPU can load; none where it is older than sm_75. */
  public List<String> ptxModules() {
    return Arrays.stream(PtxModule.values())
        .filter(module -> module.minimumArchitecture() <= architecture())
        .map(PtxModule::file)
        .toList();
  }
}
