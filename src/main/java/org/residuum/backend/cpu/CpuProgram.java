package org.residuum.backend.cpu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.cpu.onednn.CpuStep;
import org.residuum.backend.cpu.onednn.NativeObjects;
import org.residuum.backend.cpu.onednn.Numerics;
import org.residuum.backend.cpu.onednn.Packing;
import org.residuum.backend.cpu.op.CpuOps;
import org.residuum.backend.lower.Program;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Reshape;
import org.residuum.plan.MemoryPlan;
import org.residuum.plan.Recomputation;

/**
 * What a network is lowered to.
 *
 * @param segments all steps, in order
 * @param external values outside the arena, in memory of their own
 * @param objects of oneDNN that the steps use
 */
record CpuProgram(
    Program<CpuStep, Packing> program,
    List<Segment> segments,
    Set<Value> external,
    NativeObjects objects) {
  /**
   * Steps that process the same number of examples at once.
   *
   * @param slice examples at once; divides the batch
   */
  record Segment(List<CpuStep> steps, int slice) {}

  static CpuProgram forInference(Network described, CompileOptions options, Numerics numerics) {
    Network network = numerics.apply(described);
    Slices slices = Slices.of(network, options.batch(), numerics);
    boolean winograd = options.optimize() && numerics.equals(Numerics.FP32);
    CpuAssembly.Purpose purpose =
        new CpuAssembly.Purpose(false, winograd, readByProducts(network), numerics);
    return lower(network, options, slices, purpose, sharing -> sharing);
  }

  /**
   * For a session that trains the parameters. Gradients are stored with the parameters; padded
   * channels have memory of their own, which keeps its zeros.
   */
  static CpuProgram forTraining(Network described, CompileOptions options, Numerics numerics) {
    Network typed = numerics.apply(described);
    if (!options.recompute()) {
      return forTraining(typed, options, numerics, sharing -> sharing);
    }
    int batch = options.batch();
    Set<Value> outside = outsideInTraining(typed);
    MemoryPlan before = memoryPlan(typed, value -> batch, outside, numerics);
    Network network = Recomputation.apply(typed, each -> bytesInTraining(each, batch));
    return forTraining(
        network, options, numerics, sharing -> Recomputation.asBefore(typed, before, sharing));
  }

  private static CpuProgram forTraining(
      Network network,
      CompileOptions options,
      Numerics numerics,
      UnaryOperator<MemoryPlan.Sharing> change) {
    Slices slices = Slices.none(network, options.batch(), outsideInTraining(network));
    CpuAssembly.Purpose purpose =
        new CpuAssembly.Purpose(true, false, readByProducts(network), numerics);
    return lower(network, options, slices, purpose, change);
  }

  private static ToLongFunction<Value> bytesInTraining(Network network, int batch) {
    Set<Value> outside = outsideInTraining(network);
    return value -> outside.contains(value) ? 0 : value.bytes(batch);
  }

  private static Set<Value> outsideInTraining(Network network) {
    Set<Value> external = padded(network);
    external.addAll(Program.gradients(network).keySet());
    return external;
  }

  private static CpuProgram lower(
      Network network,
      CompileOptions options,
      Slices slices,
      CpuAssembly.Purpose purpose,
      UnaryOperator<MemoryPlan.Sharing> change) {
    Map<Value, String> gradients = purpose.training() ? Program.gradients(network) : Map.of();
    Map<Value, Integer> examples = new HashMap<>();
    for (Slices.Segment segment : slices.segments()) {
      for (Node node : segment.nodes()) {
        node.outputs().forEach(value -> examples.put(value, segment.slice()));
      }
    }
    MemoryPlan memory =
        memoryPlan(network, examples::get, slices.external(), purpose.numerics(), change);
    NativeObjects objects = new NativeObjects();
    try (CpuAssembly assembly = new CpuAssembly(objects, memory, options.batch(), purpose)) {
      List<Segment> segments = new ArrayList<>();
      for (Slices.Segment segment : slices.segments()) {
        int first = assembly.steps().size();
        assembly.slice(segment.slice());
        for (Node node : segment.nodes()) {
          assembly.begin(node);
          CpuOps.TABLE.lower(node, assembly);
          assembly.end();
        }
        List<CpuStep> steps = assembly.steps().subList(first, assembly.steps().size());
        segments.add(new Segment(List.copyOf(steps), segment.slice()));
      }
      Program<CpuStep, Packing> program = new Program<>(network, options, gradients, assembly);
      return new CpuProgram(program, segments, slices.external(), objects);
    } catch (RuntimeException | Error e) {
      objects.close();
      throw e;
    }
  }

  /**
   * Places the values.
   *
   * @param examples how many examples of a value are in the arena at once
   * @param external values outside the arena, which share bytes with no other
   */
  static MemoryPlan memoryPlan(
      Network network, ToIntFunction<Value> examples, Set<Value> external, Numerics numerics) {
    return memoryPlan(network, examples, external, numerics, sharing -> sharing);
  }

  /**
   * The same.
   *
   * @param change of the rule by which values share bytes
   */
  private static MemoryPlan memoryPlan(
      Network network,
      ToIntFunction<Value> examples,
      Set<Value> external,
      Numerics numerics,
      UnaryOperator<MemoryPlan.Sharing> change) {
    MemoryPlan.Sharing sharing =
        (node, free) ->
            external.contains(node.output())
                ? null
                : CpuOps.TABLE.overwritten(
                    node,
                    value ->
                        !external.contains(value)
                            && numerics.canOverwrite(node, value)
                            && free.test(value));
    return MemoryPlan.of(
        network,
        value -> external.contains(value) ? 0 : value.bytes(examples.applyAsInt(value)),
        change.apply(sharing));
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

  /** Padded values, except those that a reshape follows, which works only in the arena. */
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
}
