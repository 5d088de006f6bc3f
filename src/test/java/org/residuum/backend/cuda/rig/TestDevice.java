package org.residuum.backend.cuda.rig;

import org.residuum.backend.Precision;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.Device;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.JCudaDriver;

/**
 * Where tests and benchmarks of the CUDA backend run. The same code serves both: on the interpreter
 * wherever tests run, on a GPU where there is one.
 */
public enum TestDevice {
  /** The committed PTX, interpreted. Each driver is a device of its own. */
  INTERPRETER {
    @Override
    public CudaDriver driver() {
      return new EmulatedDriver();
    }
  },
  /** The same; its products in TF32 cut their operands instead of rounding them. */
  TRUNCATING {
    @Override
    public CudaDriver driver() {
      return new EmulatedDriver().truncating();
    }
  },
  /** The GPU of number {@code -Dresiduum.gpu}, 0 by default. All drivers are the same one. */
  GPU {
    @Override
    public CudaDriver driver() {
      return SharedGpu.driver();
    }
  };

  /**
   * Whether what is called a GPU only stands in for one, {@code -Dresiduum.rehearsal=true}: then
   * the interpreter's sizes are enough.
   */
  public static boolean isRehearsal() {
    return Boolean.getBoolean("residuum.rehearsal");
  }

  /** Closing it is harmless. */
  public abstract CudaDriver driver();

  /** Whether products in TF32 may cut their operands: cuBLAS does not say. */
  public boolean mayCut() {
    return this != INTERPRETER;
  }

  public CudaBackend open(Precision precision) {
    return new CudaBackend(driver(), precision);
  }

  /** A backend that cuts convolutions into chunks of so many bytes of columns. */
  public CudaBackend open(Precision precision, long chunkBytes) {
    return new CudaBackend(new Device(driver(), precision, chunkBytes));
  }

  /** Loading the kernels takes seconds, so one driver serves the whole process. */
  private static final class SharedGpu {
    private static CudaDriver shared;

    public static synchronized CudaDriver driver() {
      if (shared == null) {
        CudaDriver opened = JCudaDriver.open(Integer.getInteger("residuum.gpu", 0));
        shared =
            Intercepted.of(
                CudaDriver.class, opened, call -> call.name().equals("close") ? null : call.go());
      }
      return shared;
    }
  }
}
