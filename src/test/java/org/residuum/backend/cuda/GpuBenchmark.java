package org.residuum.backend.cuda;

import org.residuum.backend.BackendUnavailableException;

final class GpuBenchmark {
  public static void main(String[] arguments) {
    try {
      System.out.println(TestDevice.GPU.driver().description());
    } catch (BackendUnavailableException e) {
      System.out.println(e.getMessage());
      System.exit(3);
    }
  }
}
