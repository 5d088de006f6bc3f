package org.residuum.backend.cuda.op;

import org.residuum.backend.Precision;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.backend.cuda.kernel.Arguments;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.lower.Assembly;
import org.residuum.backend.lower.Place;
import org.residuum.network.ElementType;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.plan.MemoryPlan;

/** Collects launches, products and copies. */
public final class CudaAssembly extends Assembly<CudaStep, Derivation> {
  private static final int ALIGNMENT = 256;

  private final Precision precision;
  private final long chunkBytes;
  private final boolean padsWeights;

  private CudaAssembly(
      MemoryPlan memory, int batch, Precision precision, long chunkBytes, boolean padsWeights) {
    super(memory, batch, ALIGNMENT);
    this.precision = precision;
    this.chunkBytes = chunkBytes;
    this.padsWeights = padsWeights;
  }

  /**
   * The steps of a whole network.
   *
   * @param chunkBytes see {@link #chunkBytes()}
   * @param padsWeights see {@link #padsWeights()}
   */
  public static CudaAssembly of(
      Network network,
      MemoryPlan memory,
      int batch,
      Precision precision,
      long chunkBytes,
      boolean padsWeights) {
    CudaAssembly assembly = new CudaAssembly(memory, batch, precision, chunkBytes, padsWeights);
    for (Node node : network.nodes()) {
      assembly.begin(node);
      CudaOps.ALL.table().lower(node, assembly);
    }
    return assembly;
  }

  Precision precision() {
    return precision;
  }

  /** How activations are stored. */
  ElementType storage() {
    return precision.storage();
  }

  /** Room for the columns of a convolution, unless a single line or image takes more. */
  long chunkBytes() {
    return chunkBytes;
  }

  /** Whether the rows of weights are padded, see {@link ParameterRows}. Trained ones are dense. */
  boolean padsWeights() {
    return padsWeights;
  }

  ElementType type(Value value) {
    return value.type();
  }

  /** The first output's storage type. */
  ElementType type() {
    return node().output().type();
  }

  /** The extent of axis 0 with the batch size in place of N. */
  int rows(Shape shape) {
    return shape.isBatched() ? batch() : shape.extent(0);
  }

  /** The extents with the batch size in place of N; their product may be over 2^31. */
  int[] extents(Shape shape) {
    int[] extents = shape.toArray();
    if (shape.isBatched()) {
      extents[0] = batch();
    }
    return extents;
  }

  /** A weight as products read it. */
  Place weight(int index) {
    return new Place(new Place.Weight(node().parameters().get(index).name()));
  }

  /** A parameter in fp32. */
  Place vector(int index) {
    return new Place(new Place.OfParameter(node().parameters().get(index).name()));
  }

  /** fp32 values that are computed once from the parameters. */
  Place computed(Derivation derivation) {
    return derived(derivation);
  }

  /** A launch over values of the first output's type. */
  Launch launch(Kernel kernel) {
    return launch(kernel, type());
  }

  /** A launch of the variant for that type, or of the one that there is. */
  Launch launch(Kernel kernel, ElementType storage) {
    boolean exists = kernel.storages().contains(storage);
    return new Launch(this, kernel, exists ? storage : ElementType.F32);
  }

  void append(Arguments arguments, ElementType storage, LaunchShape shape) {
    append(
        new CudaStep.Launch(
            node().name(), arguments.kernel(), storage, shape, arguments.inOrder()));
  }

  void multiply(Gemm gemm, Place a, Place b, Place c) {
    append(new CudaStep.Product(node().name(), gemm, a, b, c));
  }

  void copy(Place from, Place to, long bytes) {
    append(new CudaStep.Copy(node().name(), from, to, bytes));
  }
}
