package org.residuum.backend.cuda.op;

import org.residuum.backend.cuda.kernel.Arguments;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.lower.Place;
import org.residuum.network.ElementType;

/** A launch that an op describes: its arguments by name, then its size, which appends it. */
final class Launch {
  private final CudaAssembly assembly;
  private final Arguments arguments;
  private final ElementType storage;

  Launch(CudaAssembly assembly, Kernel kernel, ElementType storage) {
    this.assembly = assembly;
    this.arguments = kernel.arguments();
    this.storage = storage;
  }

  Launch pointer(String name, Place place) {
    arguments.pointer(name, place);
    return this;
  }

  Launch number(String name, long value) {
    arguments.number(name, value);
    return this;
  }

  Launch number(String name, float value) {
    arguments.number(name, value);
    return this;
  }

  /** Appends it with the grid for {@code count} pieces of work. */
  void over(long count) {
    over(count, 1);
  }

  /** The same for count · width pieces; see {@link GridRule}. */
  void over(long count, long width) {
    over(arguments.kernel().grid().shape(count, width, storage));
  }

  void over(LaunchShape shape) {
    assembly.append(arguments, storage, shape);
  }
}
