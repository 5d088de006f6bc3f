package org.residuum.backend.cuda.driver;

import java.util.concurrent.Callable;
import org.residuum.backend.BackendUnavailableException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What launches, batches and training steps cost the host; {@code scripts/bench-launches}. */
@Command(
    name = "bench-launches",
    sortOptions = false,
    description = "Prints what launches, batches and training steps cost the host.")
final class LaunchCosts implements Callable<Integer> {
  private static final int NO_GPU = 3;
  private static final int CALLS = 500;

  @Option(names = "--gpu", paramLabel = "N", description = "CUDA's number for the GPU.")
  private int gpu;

  @Option(names = "--quick", description = "Fewer repeats.")
  private boolean quick;

  @Option(names = "--calls-only", description = "Single calls, no networks.")
  private boolean callsOnly;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Prints this.")
  private boolean help;

  private LaunchCosts() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new LaunchCosts()).execute(arguments));
  }

  @Override
  public Integer call() {
    int rounds = quick ? 21 : 101;
    try (JCudaDriver driver = JCudaDriver.open(gpu)) {
      System.out.printf("%s: CPU time of the calling thread, Java heap%n%n", driver.description());
      try (CallTable calls = new CallTable(driver, System.out, CALLS, rounds)) {
        calls.print();
      }
      if (!callsOnly) {
        System.out.println();
        new BatchTable(driver, System.out, rounds).print();
      }
      return CommandLine.ExitCode.OK;
    } catch (BackendUnavailableException e) {
      System.err.println("bench-launches: " + e.getMessage());
      return NO_GPU;
    }
  }
}
