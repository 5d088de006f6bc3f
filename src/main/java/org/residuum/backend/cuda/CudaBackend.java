package org.residuum.backend.cuda;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaException;
import org.residuum.backend.cuda.driver.JCudaDriver;
import org.residuum.backend.cuda.driver.OutOfDeviceMemoryException;
import org.residuum.backend.cuda.kernel.PtxModule;
import org.residuum.backend.cuda.op.CudaOps;
import org.residuum.backend.lower.LoweringBackend;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.op.Op;

/** An NVIDIA GPU: cuBLAS products, our kernels for the rest, images channels-last. */
public final class CudaBackend extends LoweringBackend {
  private final Device device;

  /**
   * A backend over a driver, which it closes.
   *
   * @throws BackendUnavailableException where the device is too old for the precision
   */
  public CudaBackend(CudaDriver driver, Precision precision) {
    this(new Device(driver, precision, Device.CHUNK_BYTES));
  }

  public CudaBackend(Device device) {
    CudaDriver driver = device.driver();
    Precision precision = device.precision();
    String reason = tooOld(driver, precision);
    if (reason != null) {
      throw new BackendUnavailableException(
          reason + (precision == Precision.FP32 ? "; use --device cpu" : "; use fp32"), null);
    }
    this.device = device;
  }

  /**
   * A GPU of this machine.
   *
   * @param ordinal CUDA's number for it, from 0
   * @throws BackendUnavailableException where it is not there, where it is too old for the
   *     precision, where cuBLAS is not found, or where it lacks memory for the kernels and a first
   *     product; the message gives the reason and the remedy
   */
  public static CudaBackend open(int ordinal, Precision precision) {
    return open(() -> JCudaDriver.open(ordinal), precision);
  }

  /** The same for any driver, which is closed where the backend does not open. */
  static CudaBackend open(Supplier<CudaDriver> drivers, Precision precision) {
    CudaDriver driver = null;
    try {
      driver = drivers.get();
      CudaBackend backend = new CudaBackend(driver, precision);
      FirstProduct.run(driver, precision);
      return backend;
    } catch (CudaException | OutOfDeviceMemoryException e) {
      BackendUnavailableException unavailable =
          new BackendUnavailableException(
              (driver == null ? "the GPU" : driver.description())
                  + " does not work: "
                  + e.getMessage()
                  + "; free its memory if that is short (nvidia-smi shows who has it), else look at"
                  + " its driver and cuBLAS (doctor), or use --device cpu",
              e);
      close(driver, unavailable);
      throw unavailable;
    } catch (RuntimeException e) {
      close(driver, e);
      throw e;
    }
  }

  /** A driver that failed may fail again. */
  private static void close(CudaDriver driver, RuntimeException failure) {
    try {
      if (driver != null) {
        driver.close();
      }
    } catch (CudaException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public String description() {
    String graphs = device.graphs().areRefused() ? ", " + device.graphs() : "";
    return device.driver().description() + ", " + device.precision() + graphs;
  }

  @Override
  public Precision precision() {
    return device.precision();
  }

  @Override
  protected Optional<String> obstacle(Precision precision) {
    return Optional.ofNullable(tooOld(device.driver(), precision));
  }

  @Override
  protected boolean knows(Op op) {
    return CudaOps.ALL.table().knows(op);
  }

  /** Why a device cannot compute so, or null. */
  private static String tooOld(CudaDriver driver, Precision precision) {
    int needed = PtxModule.of(precision).minimumArchitecture();
    return driver.architecture() >= needed
        ? null
        : driver.description() + ": " + precision + " needs compute capability " + needed / 10.0;
  }

  @Override
  protected List<Plan> plans(Network network, Parameters parameters, List<CompileOptions> options) {
    return each(
        options, one -> device.plan(() -> CudaPlan.forInference(device, network, parameters, one)));
  }

  @Override
  protected TrainingSession training(
      Network network, Parameters parameters, CompileOptions options) {
    return device.session(() -> CudaTraining.open(device, network, parameters, options));
  }

  /** Closes the sessions and plans that are open, each after the call that it is in. */
  @Override
  public void close() {
    super.close();
    device.close();
  }
}
