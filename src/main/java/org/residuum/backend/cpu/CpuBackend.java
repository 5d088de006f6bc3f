package org.residuum.backend.cpu;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.Backend;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.cpu.onednn.InstructionSet;
import org.residuum.backend.cpu.onednn.Numerics;
import org.residuum.backend.cpu.onednn.OneDnn;
import org.residuum.backend.cpu.onednn.Workers;
import org.residuum.backend.cpu.op.CpuOps;
import org.residuum.backend.lower.LoweringBackend;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.op.Op;
import org.residuum.plan.Passes;

/**
 * oneDNN on the CPU, images channels-last; 32-bit floats, or bf16 for inference.
 *
 * <p>NaN and infinities propagate as {@link Backend} specifies; for speed they may reach further in
 * three cases. A ReLU fused to the operation before it makes NaN of -∞, not 0. A convolution by
 * Winograd's filtering makes NaN of a whole tile of 4 or 4×4 pixels. In a network with a clip
 * (ReLU6), or with a ReLU after a batch norm that cannot be folded (pre-activation blocks), the
 * inputs are checked as a run begins: an example with a value that is not finite has NaN in all its
 * results, and with such a weight all examples have; a NaN that first arises inside, of values that
 * overflow, is lost there.
 *
 * <p>Two more with AVX-512: GELU makes NaN of infinities, and a convolution multiplies its padding,
 * so a weight that is not finite makes NaN also where it meets zeros of the padding only, within
 * its output channel.
 */
public final class CpuBackend extends LoweringBackend {
  /** The most threads that a backend computes with. */
  public static final int MOST_THREADS = Workers.MOST;

  private final Workers workers;
  private final Precision precision;
  private final Numerics numerics;

  /**
   * Loads oneDNN and computes with {@link #usualThreads}; in a container those that it grants.
   *
   * @throws BackendUnavailableException where its natives cannot be loaded, saying why and what
   *     helps
   */
  public CpuBackend() {
    this(usualThreads());
  }

  /**
   * Loads oneDNN and computes with a given number of threads.
   *
   * @param threads that work on a run at once, the calling one among them, 1 to {@link
   *     #MOST_THREADS}; each thread that runs sessions keeps others of its own. More than there are
   *     processors wait for each other: 64 on 2 make a training step take seconds.
   * @throws BackendUnavailableException where its natives cannot be loaded, saying why and what
   *     helps
   */
  public CpuBackend(int threads) {
    this(threads, Precision.FP32);
  }

  /**
   * The same at a precision. In bf16 weights, activations and the operands of products are bf16,
   * sums and biases fp32, inputs and outputs of the network fp32; in training also the parameters,
   * their gradients and statistics.
   *
   * @throws BackendUnavailableException also where the processor cannot compute at that precision
   */
  public CpuBackend(int threads, Precision precision) {
    this(threads, precision, Numerics.of(precision));
    InstructionSet.obstacle(precision)
        .ifPresent(
            reason -> {
              throw new BackendUnavailableException(reason, null);
            });
  }

  /** For tests: bf16 on a processor without units for it, computed by fp32 instructions. */
  CpuBackend(int threads, Precision precision, Numerics numerics) {
    requireThreads(threads);
    OneDnn.load();
    this.workers = new Workers(threads);
    this.precision = precision;
    this.numerics = numerics;
  }

  /**
   * Loads oneDNN, as the constructors do where it is not loaded yet.
   *
   * @throws BackendUnavailableException where its natives cannot be loaded, saying why and what
   *     helps
   */
  public static void load() {
    OneDnn.load();
  }

  /** Refuses a number of threads that the constructor does not take. */
  public static void requireThreads(int threads) {
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "threads must be 1 to "
              + MOST_THREADS
              + ", not "
              + threads
              + "; one for each processor ("
              + Runtime.getRuntime().availableProcessors()
              + ") is fastest");
    }
  }

  /**
   * {@code OMP_NUM_THREADS} if it is set, else the processors that the JVM may use; at most {@link
   * #MOST_THREADS}.
   */
  public static int usualThreads() {
    return Workers.usual(
        System.getenv("OMP_NUM_THREADS"), Runtime.getRuntime().availableProcessors());
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public String description() {
    dnnl_version_t version = dnnl.dnnl_version();
    return String.format(
        Locale.ROOT,
        "oneDNN %d.%d.%d, %s, %d %s, %s%s",
        version.major(),
        version.minor(),
        version.patch(),
        InstructionSet.name(),
        workers.threads(),
        workers.threads() == 1 ? "thread" : "threads",
        precision,
        numerics.units() ? "" : " by fp32 instructions");
  }

  @Override
  public Precision precision() {
    return precision;
  }

  @Override
  protected Optional<String> obstacle(Precision wanted) {
    return wanted == precision ? Optional.empty() : InstructionSet.obstacle(wanted);
  }

  @Override
  protected boolean knows(Op op) {
    return CpuOps.TABLE.knows(op);
  }

  @Override
  protected Network trainingForm(Network network) {
    return Passes.trainingInPlace(network);
  }

  @Override
  protected List<? extends Plan> plans(
      Network network, Parameters parameters, List<CompileOptions> options) {
    return workers.use(() -> CpuPlan.forInference(network, parameters, options, workers, numerics));
  }

  @Override
  protected TrainingSession training(
      Network network, Parameters parameters, CompileOptions options) {
    return workers.use(() -> CpuTraining.open(network, parameters, options, workers, numerics));
  }
}
