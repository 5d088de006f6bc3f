package org.residuum.backend.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.residuum.backend.Layout;
import org.residuum.backend.ParameterStore;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;
import org.residuum.network.Value;
import org.residuum.plan.Gradients;
import org.residuum.plan.MemoryPlan;

/** Kernels chosen, weights packed into one allocation, values placed. */
final class CpuPlan implements Plan {
  private final Network network;
  private final int batch;
  private final int slice;
  private final Set<Value> outside;
  private final MemoryPlan memory;
  private final Assembly assembly;
  private final NativeMemory weights;
  private boolean closed;

  /**
   * A plan.
   *
   * @param slice examples that the kernels take at once; divides {@code batch}
   * @param outside values that do not lie in the arena
   */
  private CpuPlan(Network network, int batch, int slice, Set<Value> outside, boolean training) {
    this.network = network;
    this.batch = batch;
    this.slice = slice;
    this.outside = outside;
    this.memory = memoryPlan(network, slice, outside);
    this.assembly = new Assembly(slice, training);
    Translator.translate(network, memory, assembly);
    this.weights = new NativeMemory(assembly.packedBytes());
  }

  static MemoryPlan memoryPlan(Network network, int batch, Set<Value> outside) {
    return MemoryPlan.of(
        network,
        value -> outside.contains(value) ? 0 : 4 * value.shape().elements(batch),
        new InPlace(outside));
  }

  static CpuPlan forInference(Network network, Parameters parameters, int batch) {
    Set<Value> borders = Slices.borders(network);
    int slice = Slices.choose(network, batch, borders);
    CpuPlan plan = new CpuPlan(network, batch, slice, slice < batch ? borders : Set.of(), false);
    plan.pack(parameters);
    return plan;
  }

  static CpuPlan forTraining(Network network, int batch) {
    Set<Value> gradients = new HashSet<>();
    network
        .outputs()
        .forEach(
            (name, value) -> {
              if (Gradients.isGradient(name)) {
                gradients.add(value);
              }
            });
    return new CpuPlan(network, batch, batch, gradients, true);
  }

  private void pack(Parameters parameters) {
    for (Assembly.Packing packing : assembly.packings()) {
      Tensor tensor = parameters.get(packing.spec().name());
      if (!tensor.shape().equals(packing.spec().shape())) {
        throw new IllegalArgumentException(
            "parameter "
                + packing.spec().name()
                + " is "
                + tensor.shape()
                + ", the network needs "
                + packing.spec().shape());
      }
      pack(packing, tensor);
    }
  }

  private void pack(Assembly.Packing packing, Tensor tensor) {
    int elements = tensor.data().limit();
    FloatBuffer source = ParameterStore.allocate(elements).put(0, tensor.data(), 0, elements);
    Assembly once = new Assembly(1, false);
    Operand from = new Operand.Temporary(0);
    Operand to = new Operand.Packed(packing.offset());
    once.add(
        Assembly.reorderDescription(packing.plain(), packing.packed()),
        Assembly.argument(DNNL_ARG_FROM, packing.plain(), from),
        Assembly.argument(DNNL_ARG_TO, packing.packed(), to));
    long sourceAddress = Bindings.address(source);
    Bindings bindings =
        new Bindings(
            operand -> operand == from ? sourceAddress : weights.address(packing.offset()));
    try (bindings) {
      bindings.bind(once.kernels());
      bindings.run();
    }
    once.destroy();
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public Layout layout() {
    return Layout.NHWC;
  }

  @Override
  public MemoryPlan memory() {
    return memory;
  }

  /** Examples that the kernels take at once. */
  int slice() {
    return slice;
  }

  /** Values that lie in no arena: gradients of parameters, or the borders of a sliced network. */
  Set<Value> outside() {
    return outside;
  }

  Assembly assembly() {
    return assembly;
  }

  NativeMemory weights() {
    return weights;
  }

  @Override
  public Session session() {
    return new CpuSession(this, null);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      assembly.destroy();
      weights.close();
    }
  }

  /** The memory beside the weights, then a line a kernel with the code that oneDNN chose. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s, batch %d in slices of %d: arena %,d bytes (largest live set %,d), weights %,d,"
                    + " scratch %,d, kept %,d%n",
                network.name(),
                batch,
                slice,
                memory.arenaBytes(),
                memory.largestLiveBytes(),
                assembly.packedBytes(),
                assembly.scratchBytes(),
                assembly.keptBytes()));
    List<Kernel> kernels = assembly.kernels();
    for (Kernel kernel : kernels) {
      String implementation =
          kernel instanceof Kernel.Primitive primitive ? primitive.implementation() : "java";
      text.append(String.format(Locale.ROOT, "  %-32s %s%n", kernel.node(), implementation));
    }
    return text.toString();
  }
}
