package org.residuum.backend.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Session;
import org.residuum.backend.cpu.onednn.CpuStep;
import org.residuum.backend.cpu.onednn.Numerics;
import org.residuum.backend.cpu.onednn.Packing;
import org.residuum.backend.cpu.onednn.Workers;
import org.residuum.backend.lower.LoweredPlan;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.Value;

/** Primitives chosen, weights packed into one allocation, values placed. */
final class CpuPlan extends LoweredPlan<CpuStep, Packing> {
  private final CpuProgram lowered;
  private final Workers workers;
  private final boolean losesNaN;
  private final boolean weightsAreFinite;
  private final PackedWeights.OfPlan weights;

  /**
   * A plan.
   *
   * @param lowered ends with this plan
   * @param weights end with this plan
   * @param workers used by this thread, and by each that runs its sessions
   */
  private CpuPlan(
      CpuProgram lowered, PackedWeights.OfPlan weights, boolean weightsAreFinite, Workers workers) {
    super(lowered.program());
    this.lowered = lowered;
    this.weights = weights;
    this.workers = workers;
    this.losesNaN = NonFiniteExamples.matterIn(network());
    this.weightsAreFinite = weightsAreFinite;
  }

  /** A plan for each of the options; they share the packed weights that are the same. */
  static List<CpuPlan> forInference(
      Network network,
      Parameters parameters,
      List<CompileOptions> options,
      Workers workers,
      Numerics numerics) {
    return plans(
        options.stream().map(each -> () -> CpuProgram.forInference(network, each, numerics)),
        network,
        parameters,
        workers);
  }

  /** A plan whose parameters its session trains. */
  static CpuPlan forTraining(
      Network network,
      Parameters initial,
      CompileOptions options,
      Workers workers,
      Numerics numerics) {
    return plans(
            Stream.of(() -> CpuProgram.forTraining(network, options, numerics)),
            network,
            initial,
            workers)
        .get(0);
  }

  private static List<CpuPlan> plans(
      Stream<Supplier<CpuProgram>> lowerings,
      Network network,
      Parameters parameters,
      Workers workers) {
    List<CpuProgram> programs = new ArrayList<>();
    try {
      lowerings.forEach(lowering -> programs.add(lowering.get()));
      boolean finite = !NonFiniteExamples.matterIn(network) || parameters.notFinite().isEmpty();
      List<List<Packing>> packings =
          programs.stream().map(lowered -> lowered.program().derived()).toList();
      List<PackedWeights.OfPlan> weights = PackedWeights.pack(packings, parameters, workers);
      return IntStream.range(0, programs.size())
          .mapToObj(i -> new CpuPlan(programs.get(i), weights.get(i), finite, workers))
          .toList();
    } catch (RuntimeException | Error e) {
      programs.forEach(lowered -> lowered.objects().close());
      throw e;
    }
  }

  /** Whether oneDNN loses a NaN in this network; see {@link NonFiniteExamples}. */
  boolean losesNaN() {
    return losesNaN;
  }

  /** Checked only if {@link #losesNaN}. */
  boolean weightsAreFinite() {
    return weightsAreFinite;
  }

  List<CpuProgram.Segment> segments() {
    return lowered.segments();
  }

  /** Values that lie outside the arena. */
  Set<Value> external() {
    return lowered.external();
  }

  Workers workers() {
    return workers;
  }

  @Override
  protected Session open(Runnable whenClosed) {
    return new CpuSession(this, weights, whenClosed);
  }

  @Override
  protected void release() {
    lowered.objects().close();
    weights.close();
  }

  /** The memory needed, then a line a step with the code that oneDNN chose. */
  @Override
  public String toString() {
    return String.format(
            Locale.ROOT,
            "%s, batch %d in slices of %s: arena %,d bytes (largest live set %,d), weights %,d,"
                + " scratch %,d, kept %,d%n",
            network().name(),
            batch(),
            segments().stream().map(segment -> String.valueOf(segment.slice())).toList(),
            memory().arenaBytes(),
            memory().largestLiveBytes(),
            weights.bytes(),
            program().scratchBytes(),
            program().keptBytes())
        + program();
  }
}
