package org.residuum.ptx;

/**
 * What a launch may ask for, from the CUDA C++ Programming Guide's table of technical
 * specifications by compute capability.
 *
 * @param architecture compute capability, 10 · major + minor: 75, 80, 86, 89 or 90; of others no
 *     more shared memory is known than every device has
 * @param dynamicShared bytes of dynamic shared memory that were allowed to the kernel by
 *     CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES; 0 where nobody did
 */
public record LaunchLimits(int architecture, int dynamicShared) {
  /** Shared memory of a block, static and dynamic together, that no attribute is needed for. */
  static final int SHARED = 48 << 10;

  /** An sm_90 of which no attribute is set. */
  public static final LaunchLimits STANDARD = new LaunchLimits(90, 0);

  private static final int THREADS = 1024;
  private static final int THREADS_Z = 64;
  private static final int GRID_YZ = 65_535;

  public LaunchLimits {
    int most = mostShared(architecture);
    if (dynamicShared < 0 || dynamicShared > most) {
      throw new PtxFault(
          PtxFault.Kind.INVALID_LAUNCH,
          String.format(
              "cuFuncSetAttribute of %d bytes of dynamic shared memory, sm_%d allows %d:"
                  + " CUDA_ERROR_INVALID_VALUE",
              dynamicShared, architecture, most));
    }
  }

  /** A device on which nobody set an attribute. */
  public static LaunchLimits of(int architecture) {
    return new LaunchLimits(architecture, 0);
  }

  /** The same device after the attribute was set. */
  public LaunchLimits withDynamicShared(int bytes) {
    return new LaunchLimits(architecture, bytes);
  }

  /** Shared memory that a block may have where the attribute is set. */
  public static int mostShared(int architecture) {
    return switch (architecture) {
      case 75 -> 64 << 10;
      case 80, 87 -> 163 << 10;
      case 86, 89 -> 99 << 10;
      case 90 -> 227 << 10;
      default -> SHARED;
    };
  }

  /**
   * Refuses what the driver would refuse.
   *
   * @throws PtxFault naming the limit
   */
  void check(Kernel kernel, Dim3 grid, Dim3 block, int dynamic) {
    require(
        grid.y() <= GRID_YZ && grid.z() <= GRID_YZ,
        kernel,
        String.format("a grid of %s, y and z at most %d", grid, GRID_YZ));
    require(
        block.x() <= THREADS && block.y() <= THREADS && block.z() <= THREADS_Z,
        kernel,
        String.format("blocks of %s, at most %d × %d × %d", block, THREADS, THREADS, THREADS_Z));
    int threads = Math.min(THREADS, kernel.maxThreads);
    require(
        block.count() <= threads,
        kernel,
        block.count() + " threads a block, at most " + threads + " are allowed");
    int fixed = kernel.staticShared;
    require(fixed <= SHARED, kernel, fixed + " bytes of static shared memory, at most " + SHARED);
    // The attribute may also allow less than the standard.
    int most =
        dynamicShared > 0 ? Math.min(dynamicShared + fixed, mostShared(architecture)) : SHARED;
    require(
        dynamic >= 0 && dynamic + fixed <= most,
        kernel,
        String.format(
            "%d bytes of dynamic shared memory and %d static, at most %d together on sm_%d"
                + " with %d allowed by attribute",
            dynamic, fixed, most, architecture, dynamicShared));
  }

  private static void require(boolean holds, Kernel kernel, String what) {
    if (!holds) {
      throw new PtxFault(
          PtxFault.Kind.INVALID_LAUNCH,
          "launch " + kernel.name + ": " + what + ": CUDA_ERROR_INVALID_VALUE");
    }
  }
}
