package org.residuum.backend;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.residuum.backend.cuda.rig.RequiresGpu;
import org.residuum.backend.cuda.rig.TestDevice;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;

/** Whole networks of real sizes on a GPU against the CPU, in its three modes. */
@RequiresGpu
final class GpuNetworksTest extends CudaNetworksTest {
  @Override
  TestDevice device() {
    return TestDevice.GPU;
  }

  @Override
  Stream<Arguments> cases() {
    if (TestDevice.isRehearsal()) {
      return super.cases().limit(1);
    }
    return Arrays.stream(Precision.values())
        .flatMap(
            precision ->
                Stream.of(
                    Arguments.of(precision, ResNets.mlp(Shape.of(64), 256, 8, 4), 65),
                    Arguments.of(
                        precision,
                        ResNets.cifar(8, Shape.of(3, 32, 32), 4, ResidualBlocks.Shortcut.ZERO_PAD),
                        16),
                    Arguments.of(
                        precision,
                        ResNets.cifar(20, Shape.of(3, 32, 32), 4, ResidualBlocks.Shortcut.ZERO_PAD),
                        16),
                    Arguments.of(precision, ResNets.imagenet(50, Shape.of(3, 64, 64), 4), 8)));
  }
}
