package org.residuum.backend.cuda.op;

import java.util.List;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.lower.Place;
import org.residuum.backend.lower.Step;
import org.residuum.network.ElementType;

/** One thing that a session has the device do when it runs. */
public sealed interface CudaStep extends Step {
  /** The places that it reads and writes. */
  List<Place> places();

  /** What queues it with the addresses of a session, or null where there is nothing to do. */
  Runnable bound(CudaStream stream, Place.Regions regions);

  /**
   * A kernel.
   *
   * @param arguments in order: {@link Place}, Long, Integer or Float
   */
  record Launch(
      String node, Kernel kernel, ElementType storage, LaunchShape shape, List<Object> arguments)
      implements CudaStep {
    @Override
    public List<Place> places() {
      return arguments.stream().filter(Place.class::isInstance).map(Place.class::cast).toList();
    }

    @Override
    public Runnable bound(CudaStream stream, Place.Regions regions) {
      Object[] values =
          arguments.stream()
              .map(value -> value instanceof Place place ? (Object) place.address(regions) : value)
              .toArray();
      return stream.launch(kernel, storage, shape, values);
    }

    @Override
    public String description() {
      return kernel.entry(storage)
          + String.format(
              " grid %d×%d block %d×%d",
              shape.gridX(), shape.gridY(), shape.blockX(), shape.blockY());
    }
  }

  /** A product. */
  record Product(String node, Gemm gemm, Place a, Place b, Place c) implements CudaStep {
    @Override
    public List<Place> places() {
      return List.of(a, b, c);
    }

    @Override
    public Runnable bound(CudaStream stream, Place.Regions regions) {
      return stream.multiply(gemm, a.address(regions), b.address(regions), c.address(regions));
    }

    @Override
    public String description() {
      return "product " + gemm;
    }
  }

  /** A copy of bytes. */
  record Copy(String node, Place from, Place to, long bytes) implements CudaStep {
    @Override
    public List<Place> places() {
      return List.of(from, to);
    }

    @Override
    public Runnable bound(CudaStream stream, Place.Regions regions) {
      long source = from.address(regions);
      long target = to.address(regions);
      return source == target ? null : stream.copying(target, source, bytes);
    }

    @Override
    public String description() {
      return "copy of " + bytes + " bytes";
    }
  }
}
