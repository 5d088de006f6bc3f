package org.residuum.backend.cuda.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.OpClasses;
import org.residuum.network.gradient.SoftmaxCrossEntropyGradient;
import org.residuum.network.op.Op;

class CudaOpsTest {
  @Test
  void everyOperationHasAHome() {
    Stream<Class<? extends Op>> all =
        Stream.concat(OpClasses.forward().stream(), Stream.of(SoftmaxCrossEntropyGradient.class));
    assertEquals(names(all), names(CudaOps.ALL.ops().stream()));
  }

  private static Set<String> names(Stream<Class<? extends Op>> ops) {
    return ops.map(Class::getSimpleName).collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void noKernelIsDeclaredTwice() {
    List<String> names = CudaOps.ALL.kernels().stream().map(Kernel::name).toList();
    assertEquals(names.stream().distinct().toList(), names);
  }
}
