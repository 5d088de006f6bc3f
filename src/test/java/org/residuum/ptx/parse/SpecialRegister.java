package org.residuum.ptx.parse;

import org.residuum.ptx.Dim3;
import org.residuum.ptx.Launch;
import org.residuum.ptx.Warp;

/** A special register whose value is fixed for a thread while its block runs. */
public interface SpecialRegister {
  long value(Launch launch, int[] block, int warp, int lane);

  /** The special register of that name, or null. */
  static SpecialRegister named(String name) {
    int dot = name.indexOf('.', 1);
    int axis = dot < 0 ? 0 : "xyz".indexOf(name.charAt(dot + 1));
    return switch (dot < 0 ? name : name.substring(0, dot)) {
      case "%tid" ->
          (launch, block, warp, lane) -> thread(launch.block, warp * Warp.LANES + lane, axis);
      case "%ntid" -> (launch, block, warp, lane) -> axis(launch.block, axis);
      case "%ctaid" -> (launch, block, warp, lane) -> block[axis];
      case "%nctaid" -> (launch, block, warp, lane) -> axis(launch.grid, axis);
      case "%laneid" -> (launch, block, warp, lane) -> lane;
      case "%warpid" -> (launch, block, warp, lane) -> warp;
      case "%nwarpid" -> (launch, block, warp, lane) -> launch.warps;
      case "%smid", "%gridid" -> (launch, block, warp, lane) -> 0;
      case "%nsmid" -> (launch, block, warp, lane) -> 1;
      case "%lanemask_eq" -> (launch, block, warp, lane) -> 1L << lane;
      case "%lanemask_lt" -> (launch, block, warp, lane) -> (1L << lane) - 1;
      case "%lanemask_le" -> (launch, block, warp, lane) -> (2L << lane) - 1;
      case "%lanemask_gt" -> (launch, block, warp, lane) -> ~((2L << lane) - 1) & 0xffffffffL;
      case "%lanemask_ge" -> (launch, block, warp, lane) -> ~((1L << lane) - 1) & 0xffffffffL;
      case "%dynamic_smem_size" -> (launch, block, warp, lane) -> launch.dynamicSharedBytes;
      case "%total_smem_size" -> (launch, block, warp, lane) -> launch.sharedBytes;
      default -> null;
    };
  }

  private static long axis(Dim3 extent, int axis) {
    return axis == 0 ? extent.x() : axis == 1 ? extent.y() : extent.z();
  }

  private static long thread(Dim3 block, int thread, int axis) {
    return switch (axis) {
      case 0 -> thread % block.x();
      case 1 -> thread / block.x() % block.y();
      default -> thread / block.x() / block.y();
    };
  }
}
