package org.residuum.backend.cuda;

import java.util.Optional;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.JCudaDriver;
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
   * @throws BackendUnavailableException where the device is too old for the mode
   */
  public CudaBackend(CudaDriver driver, Mode mode) {
    this(new Device(driver, mode, Device.CHUNK_BYTES));
  }

  public CudaBackend(Device device) {
    CudaDriver driver = device.driver();
    Mode mode = device.mode();
    String reason = tooOld(driver, mode);
    if (reason != null) {
      throw new BackendUnavailableException(
          reason + (mode == Mode.FP32 ? "; use --device cpu" : "; use fp32"), null);
    }
    this.device = device;
  }

  /**
   * A GPU of this machine.
   *
   * @param ordinal CUDA's number for it, from 0
   * @throws BackendUnavailableException where it is not there, where it is too old for the mode, or
   *     where cuBLAS is not found; the message says why and what helps
   */
  public static CudaBackend open(int ordinal, Mode mode) {
    CudaDriver driver = JCudaDriver.open(ordinal);
    try {
      return new CudaBackend(driver, mode);
    } catch (BackendUnavailableException e) {
      driver.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public String description() {
    return device.driver().description() + ", " + device.mode();
  }

  @Override
  public Precision precision() {
    return Precision.valueOf(device.mode().name());
  }

  @Override
  public Optional<String> obstacle(Op op, Precision precision) {
    return Optional.ofNullable(tooOld(device.driver(), Mode.valueOf(precision.name())));
  }

  /** Why a device cannot compute so, or null. */
  private static String tooOld(CudaDriver driver, Mode mode) {
    int needed = mode.minimumArchitecture();
    return driver.architecture() >= needed
        ? null
        : driver.description() + ": " + mode + " needs compute capability " + needed / 10.0;
  }

  @Override
  protected Plan plan(Network network, Parameters parameters, CompileOptions options) {
    return device.plan(() -> CudaPlan.forInference(device, network, parameters, options));
  }

  @Override
  protected TrainingSession training(
      Network network, Parameters parameters, CompileOptions options) {
    return device.session(() -> CudaTraining.open(device, network, parameters, options));
  }

  /** Closes the sessions and plans that are open, each behind the call that it is in. */
  @Override
  public void close() {
    super.close();
    device.close();
  }
}
