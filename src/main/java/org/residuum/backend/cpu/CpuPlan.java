package org.residuum.backend.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Layout;
import org.residuum.backend.Plan;
import org.residuum.backend.Session;
import org.residuum.backend.cpu.onednn.Assembly;
import org.residuum.backend.cpu.onednn.Bindings;
import org.residuum.backend.cpu.onednn.Kernel;
import org.residuum.backend.cpu.onednn.NativeMemory;
import org.residuum.backend.cpu.onednn.Operand;
import org.residuum.backend.cpu.onednn.Workers;
import org.residuum.backend.cpu.op.InPlace;
import org.residuum.backend.cpu.op.Translator;
import org.residuum.backend.lower.Lifetime;
import org.residuum.backend.lower.TensorRun;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;
import org.residuum.network.Value;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Reshape;
import org.residuum.plan.Gradients;
import org.residuum.plan.MemoryPlan;

/** Kernels chosen, weights packed into one allocation, values placed. */
final class CpuPlan implements Plan {
  /**
   * Kernels that take the same number of examples at once.
   *
   * @param slice examples at once; divides the batch
   */
  record Stretch(List<Kernel> kernels, int slice) {}

  private final Network network;
  private final CompileOptions options;
  private final Set<Value> outside;
  private final Workers workers;
  private final boolean losesExamples;
  private final boolean weightsAreFinite;
  private final MemoryPlan memory;
  private final Assembly assembly;
  private final List<Stretch> stretches = new ArrayList<>();
  private final NativeMemory weights;
  private final Lifetime lifetime;

  /**
   * A plan.
   *
   * @param outside values that do not lie in the arena
   * @param workers that are in use by this thread, and by each that runs its sessions
   */
  private CpuPlan(
      Network network,
      CompileOptions options,
      Slices slices,
      Set<Value> outside,
      Assembly assembly,
      Parameters parameters,
      Workers workers) {
    this.network = network;
    this.losesExamples = LostExamples.arePossible(network);
    this.weightsAreFinite = !losesExamples || parameters.notFinite().isEmpty();
    this.options = options;
    this.outside = outside;
    this.workers = workers;
    Map<Value, Integer> examples = new HashMap<>();
    for (Slices.Stretch stretch : slices.stretches()) {
      for (Node node : stretch.nodes()) {
        node.outputs().forEach(value -> examples.put(value, stretch.slice()));
      }
    }
    this.memory = memoryPlan(network, examples::get, outside);
    this.assembly = assembly;
    assembly.onlyForProducts(readByProducts(network));
    for (Slices.Stretch stretch : slices.stretches()) {
      int first = assembly.kernels().size();
      assembly.batch(stretch.slice());
      Translator.translate(stretch.nodes(), memory, assembly);
      List<Kernel> kernels = assembly.kernels().subList(first, assembly.kernels().size());
      stretches.add(new Stretch(List.copyOf(kernels), stretch.slice()));
    }
    assembly.assembled();
    this.weights = new NativeMemory(assembly.packedBytes());
    this.lifetime = new Lifetime(network.name(), this::release);
  }

  /**
   * Places the values.
   *
   * @param examples how many examples of a value lie in the arena at once
   */
  static MemoryPlan memoryPlan(Network network, ToIntFunction<Value> examples, Set<Value> outside) {
    return MemoryPlan.of(
        network,
        value -> outside.contains(value) ? 0 : value.bytes(examples.applyAsInt(value)),
        new InPlace(outside));
  }

  private static Set<Value> readByProducts(Network network) {
    Set<Value> values = new HashSet<>();
    network.nodes().forEach(node -> values.addAll(node.outputs()));
    for (Node node : network.nodes()) {
      if (!(node.op() instanceof Conv2d || node.op() instanceof Dense)) {
        values.removeAll(node.inputs());
      }
    }
    values.removeAll(network.outputs().values());
    return values;
  }

  static CpuPlan forInference(
      Network network, Parameters parameters, CompileOptions options, Workers workers) {
    Slices slices = Slices.of(network, options.batch());
    Assembly assembly = new Assembly(false, options.optimize());
    try {
      CpuPlan plan =
          new CpuPlan(network, options, slices, slices.outside(), assembly, parameters, workers);
      assembly.packings().forEach(packing -> plan.pack(packing, packing.source().of(parameters)));
      return plan;
    } catch (RuntimeException | Error e) {
      assembly.close();
      throw e;
    }
  }

  /**
   * A plan whose parameters its session trains. Padded channels lie apart with the gradients, in
   * memory of their own that keeps its zeros.
   */
  static CpuPlan forTraining(
      Network network, Parameters initial, CompileOptions options, Workers workers) {
    Set<Value> outside = padded(network);
    network
        .outputs()
        .forEach(
            (name, value) -> {
              if (Gradients.isGradient(name)) {
                outside.add(value);
              }
            });
    Slices slices = Slices.none(network, options.batch());
    Assembly assembly = new Assembly(true, false);
    try {
      return new CpuPlan(network, options, slices, outside, assembly, initial, workers);
    } catch (RuntimeException | Error e) {
      assembly.close();
      throw e;
    }
  }

  /**
   * What is padded, but for what a reshape gives another shape, as only the arena's values bear.
   */
  private static Set<Value> padded(Network network) {
    Set<Value> padded = new HashSet<>();
    for (Node node : network.nodes()) {
      if (node.op() instanceof PadChannels) {
        padded.add(node.output());
      } else if (node.op() instanceof Reshape) {
        padded.remove(node.inputs().get(0));
      }
    }
    return padded;
  }

  private void pack(Assembly.Packing packing, FloatBuffer values) {
    int elements = values.limit();
    Operand from = new Operand.Temporary(0);
    Operand to = new Operand.Packed(packing.offset());
    try (Assembly once = new Assembly(false, false);
        NativeMemory source = new NativeMemory(4L * elements);
        Bindings bindings =
            new Bindings(
                operand ->
                    operand == from ? source.address(0) : weights.address(packing.offset()))) {
      NativeMemory.floats(source.address(0), elements).put(0, values, 0, elements);
      once.add(
          once.reorderDescription(packing.plain(), packing.packed()),
          Assembly.argument(DNNL_ARG_FROM, packing.plain(), from),
          Assembly.argument(DNNL_ARG_TO, packing.packed(), to));
      bindings.bind(once.kernels());
      bindings.run();
    }
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public int batch() {
    return options.batch();
  }

  @Override
  public Layout layout() {
    return Layout.NHWC;
  }

  @Override
  public MemoryPlan memory() {
    return memory;
  }

  CompileOptions options() {
    return options;
  }

  /** Whether examples may be lost that are not finite; see {@link LostExamples}. */
  boolean losesExamples() {
    return losesExamples;
  }

  /** Asked of networks that lose examples only. */
  boolean weightsAreFinite() {
    return weightsAreFinite;
  }

  List<Stretch> stretches() {
    return stretches;
  }

  /** Values that lie in no arena, or what sliced stretches share. */
  Set<Value> outside() {
    return outside;
  }

  Assembly assembly() {
    return assembly;
  }

  Workers workers() {
    return workers;
  }

  NativeMemory weights() {
    return weights;
  }

  @Override
  public Session session() {
    return lifetime.open(() -> new CpuSession(this, null, lifetime::sessionClosed));
  }

  @Override
  public Tensor run(Tensor x) {
    return new TensorRun(this).run(x);
  }

  @Override
  public void close() {
    lifetime.close();
  }

  private void release() {
    assembly.close();
    weights.close();
  }

  /** The memory beside the weights, then a line a kernel with the code that oneDNN chose. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s, batch %d in slices of %s: arena %,d bytes (largest live set %,d), weights %,d,"
                    + " scratch %,d, kept %,d%n",
                network.name(),
                options.batch(),
                stretches.stream().map(stretch -> String.valueOf(stretch.slice())).toList(),
                memory.arenaBytes(),
                memory.largestLiveBytes(),
                assembly.packedBytes(),
                assembly.scratchBytes(),
                assembly.keptBytes()));
    List<Kernel> kernels = assembly.kernels();
    for (Kernel kernel : kernels) {
      text.append(
          String.format(Locale.ROOT, "  %-32s %s%n", kernel.node(), kernel.implementation()));
    }
    return text.toString();
  }
}
