package org.residuum.backend.cuda;

import org.residuum.backend.Backend;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.JCudaDriver;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.plan.BatchNormFolding;
import org.residuum.plan.Passes;

/** An NVIDIA GPU: cuBLAS products, our kernels for the rest, images channels-last. */
public final class CudaBackend implements Backend {
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
    int needed = mode.minimumArchitecture();
    if (driver.architecture() < needed) {
      throw new BackendUnavailableException(
          driver.description()
              + ": "
              + mode
              + " needs compute capability "
              + needed / 10.0
              + (mode == Mode.FP32 ? "; use --device cpu" : "; use fp32"),
          null);
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

  /** How it multiplies and stores. */
  public Mode mode() {
    return device.mode();
  }

  @Override
  public Plan compile(Network network, Parameters parameters, CompileOptions options) {
    BatchNormFolding.Folded form =
        options.optimize()
            ? Passes.inference(network, parameters)
            : new BatchNormFolding.Folded(network, parameters);
    return device.plan(
        () -> CudaPlan.forInference(device, form.network(), form.parameters(), options.batch()));
  }

  @Override
  public TrainingSession train(Network network, Parameters parameters, CompileOptions options) {
    Network form = options.optimize() ? Passes.training(network) : network;
    return device.session(() -> CudaTraining.open(device, form, parameters, options.batch()));
  }

  /** Closes the sessions and plans that are open, each behind the call that it is in. */
  @Override
  public void close() {
    device.close();
  }
}
