package org.residuum.spark;

import java.util.List;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.residuum.Devices;
import org.residuum.backend.Precision;

/** Where a task computes. */
final class Placement {
  private static final List<String> DEVICES = List.of("auto", "cpu", "reference", "cuda");
  private static final String GPU = "gpu";

  private Placement() {}

  /**
   * Refuses what no executor can do; what depends on its processors and GPUs shows there.
   *
   * @throws IllegalArgumentException naming device or precision
   */
  static void require(String device, Precision precision) {
    if (!DEVICES.contains(device) && !device.matches("cuda:\\d{1,3}")) {
      throw new IllegalArgumentException(
          "device " + device + ": it is one of auto, cpu, reference, cuda and cuda:N");
    }
    if (device.equals("reference") && precision != Precision.FP32
        || device.equals("cpu") && precision == Precision.TF32) {
      throw new IllegalArgumentException(
          "precision " + precision + ": device " + device + " does not have it; use cuda");
    }
  }

  /** The key of the engine for the task that this thread runs. */
  static EngineKey here(EngineKey asked) {
    TaskContext task = TaskContext.get();
    SparkEnv executor = SparkEnv.get();
    int cores = executor == null ? 0 : executor.conf().getInt("spark.executor.cores", 0);
    return asked.at(
        device(asked.device(), task == null ? Map.of() : task.resourcesJMap()),
        threads(asked.threads(), cores));
  }

  /**
   * The device: the GPU that Spark gave the task, where one may be used and Spark gives them; else
   * what was asked for.
   */
  static String device(String asked, Map<String, ResourceInformation> resources) {
    boolean free = asked.equals("auto") || asked.equals("cuda");
    ResourceInformation gpus = resources.get(GPU);
    if (!free || gpus == null || gpus.addresses().length == 0) {
      return asked;
    }
    String address = gpus.addresses()[0];
    if (!address.matches("\\d{1,3}")) {
      throw new IllegalStateException(
          "Spark gives this task the GPU "
              + address
              + "; its address has to be a number, as nvidia-smi's index: see the discovery"
              + " script");
    }
    return "cuda:" + address;
  }

  /**
   * Threads of the CPU.
   *
   * @param asked 0 for the usual
   * @param cores of the executor; 0 where that is not said
   */
  static int threads(int asked, int cores) {
    int usual = Devices.usualThreads();
    return asked > 0 ? asked : cores > 0 ? Math.min(cores, usual) : usual;
  }
}
