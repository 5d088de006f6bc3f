package org.residuum.backend.cpu.onednn;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.cpu.CpuBackend;

/**
 * Loads the natives in a process of its own, in which nothing was loaded before, on a thread whose
 * stack has so many kilobytes.
 */
final class LoadingChild {
  private LoadingChild() {}

  /** Loads; prints what it loaded, or the reason why it cannot. */
  public static void main(String[] args) throws InterruptedException {
    Thread small = new Thread(null, LoadingChild::load, "small", Long.parseLong(args[0]) << 10);
    small.start();
    small.join();
  }

  private static void load() {
    try {
      System.out.println(new CpuBackend().description());
    } catch (BackendUnavailableException e) {
      System.out.println(e.getMessage());
    }
  }

  /**
   * What the process said, its exit code before it.
   *
   * @param options for the JVM
   */
  static String run(int stackKilobytes, Map<String, String> environment, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(LoadingChild.class.getName(), String.valueOf(stackKilobytes)));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("GOMP_SPINCOUNT");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + text;
  }
}
