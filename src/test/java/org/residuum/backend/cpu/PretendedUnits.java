package org.residuum.backend.cpu;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.OpCase;
import org.residuum.backend.OpCases;
import org.residuum.backend.Precision;
import org.residuum.backend.cpu.onednn.CpuStep;
import org.residuum.backend.cpu.onednn.InstructionSet;
import org.residuum.backend.cpu.onednn.Numerics;
import org.residuum.backend.cpu.onednn.OneDnn;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.ResNets;
import org.residuum.network.initial.Initializer;
import org.residuum.network.op.Conv2d;
import org.residuum.network.op.Dense;
import org.residuum.network.op.Op;
import org.residuum.plan.Passes;

/**
 * Has oneDNN describe plans in bf16, and generate their code, as if this processor had AVX-512 with
 * bf16, by setting bits in oneDNN's own notes about it where it has not. Nothing is run. To be
 * started in a process of its own; prints how many steps each code has, a line each, and {@link
 * #PRODUCTS}, or why it cannot pretend.
 */
final class PretendedUnits {
  /** The object of Xbyak, with a bit for each set of instructions, that oneDNN asks. */
  private static final String CPU = "_ZZN4dnnl4impl3cpu3x643cpuEvE4cpu_";

  /** F, DQ, IFMA, CD, BW, VL, VBMI, VBMI2, VNNI and BF16. */
  private static final List<Integer> AVX512 = List.of(35, 36, 37, 40, 41, 42, 43, 50, 54, 57);

  static final String CANNOT = "cannot pretend: ";

  /** The number of convolutions and dense layers. */
  static final String PRODUCTS = "products";

  private final Map<String, Integer> codes = new TreeMap<>();

  private PretendedUnits() {}

  public static void main(String[] args) {
    OneDnn.load();
    Optional<String> reason = pretend();
    if (reason.isPresent()) {
      System.out.println(CANNOT + reason.get());
      return;
    }
    PretendedUnits units = new PretendedUnits();
    for (OpCase row : OpCases.all()) {
      units.describe(row.alone(), row.batch());
      if (row.learns()) {
        units.describe(row.between(), row.batch());
      }
    }
    units.describe(ResNets.cifar(20), 64);
    units.describe(ResNets.imagenet(18), 1);
    units.describe(ResNets.imagenet(50), 8);
    units.codes.forEach((code, steps) -> System.out.println(steps + " " + code));
  }

  private static Optional<String> pretend() {
    if (InstructionSet.obstacle(Precision.BF16).isEmpty()) {
      return Optional.empty();
    }
    Pointer cpu = Loader.addressof(CPU); // Set since oneDNN was asked for the first time.
    if (cpu == null) {
      return Optional.of("no symbol " + CPU);
    }
    LongPointer bits = new LongPointer(cpu);
    long all = bits.get();
    for (int bit : AVX512) {
      all |= 1L << bit;
    }
    bits.put(all);
    return InstructionSet.obstacle(Precision.BF16);
  }

  /** As a plan is compiled, but for its weights, which would be packed by the code. */
  private void describe(Network network, int batch) {
    CompileOptions options = CompileOptions.batch(batch);
    Network form = Passes.inference(network, new Initializer(1).initialize(network)).network();
    Numerics numerics = Numerics.of(Precision.BF16);
    CpuProgram program = CpuProgram.forInference(form, options, numerics);
    for (CpuStep step : program.program().steps()) {
      codes.merge(step.description(), 1, Integer::sum);
    }
    for (Node node : form.nodes()) {
      codes.merge(PRODUCTS, isProduct(node.op()) ? 1 : 0, Integer::sum);
    }
    program.objects().close();
  }

  private static boolean isProduct(Op op) {
    return op instanceof Conv2d || op instanceof Dense;
  }
}
