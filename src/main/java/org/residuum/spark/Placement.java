package org.residuum.spark;

import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.residuum.Devices;

/** Where a task computes. */
final class Placement {
  private static final String GPU = "gpu";

  private Placement() {}

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
