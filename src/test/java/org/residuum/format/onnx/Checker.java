package org.residuum.format.onnx;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** ONNX's own checker, with shape inference, where Python has it. */
public final class Checker {
  private static final String PYTHON = System.getProperty("residuum.python", "/usr/bin/python3");
  private static final String SCRIPT =
      "import sys, onnx; model = onnx.load(sys.argv[1]); "
          + "onnx.checker.check_model(model, full_check=True)";

  private Checker() {}

  /** Skips the test where there is no checker. */
  public static void require() throws IOException, InterruptedException {
    boolean there;
    try {
      there = run("-c", "import onnx").isEmpty();
    } catch (IOException e) {
      there = false;
    }
    Assumptions.assumeTrue(there, "no Python with the onnx package at " + PYTHON);
  }

  /** What the checker complains about; "" where it accepts the file. */
  public static String check(Path file) throws IOException, InterruptedException {
    return run("-c", SCRIPT, file.toString());
  }

  private static String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(PYTHON));
    command.addAll(Arrays.asList(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    return status == 0 ? "" : said.isBlank() ? "status " + status : said.strip();
  }
}
