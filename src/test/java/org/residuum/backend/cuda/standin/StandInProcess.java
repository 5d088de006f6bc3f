package org.residuum.backend.cuda.standin;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JVM that finds the stand-in driver and one of its two cuBLAS libraries.
 *
 * @param release of cuBLAS, 12 or 13
 * @param first what stands before the class path
 * @param environment what the stand-in is told, {@code STANDIN_…}
 * @param options of the JVM
 */
record StandInProcess(
    String release, String first, Map<String, String> environment, List<String> options) {
  static StandInProcess with(String release) {
    return new StandInProcess(release, "", Map.of(), List.of());
  }

  StandInProcess setting(String name, Object value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put("STANDIN_" + name, value.toString());
    return new StandInProcess(release, first, more, options);
  }

  StandInProcess option(String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    return new StandInProcess(release, first, environment, all);
  }

  StandInProcess before(Path classes) {
    return new StandInProcess(release, classes + File.pathSeparator, environment, options);
  }

  /** What is wrong with each check, the empty text where nothing is. */
  Map<String, String> run(List<String> checks) throws IOException, InterruptedException {
    Output output = start(StandInChild.class.getName(), checks);
    Map<String, String> results = new LinkedHashMap<>();
    for (String check : checks) {
      boolean passed =
          output
              .text()
              .lines()
              .anyMatch(line -> line.startsWith(StandInChild.PASSED + check + " ("));
      results.put(check, passed ? "" : output.text() + "\nexit code " + output.code());
    }
    return results;
  }

  /** What a program printed, errors too, and its exit code. */
  record Output(String text, int code) {}

  /** Runs a class with {@code main}. */
  Output start(String main, List<String> arguments) throws IOException, InterruptedException {
    Path libraries = StandInBuild.libraries();
    Path cublas = libraries.resolve("cublas-" + release);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-Xshare:auto", "-XX:+UseSerialGC"));
    command.add("-Dresiduum.standin=" + libraries);
    command.add("-Dresiduum.cublas=" + cublas);
    command.addAll(options);
    command.addAll(List.of("-cp", first + System.getProperty("java.class.path"), main));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LD_LIBRARY_PATH", libraries.toString());
    builder.environment().putAll(environment);
    Path output = Files.createTempFile("standin", ".txt");
    Process process = builder.redirectOutput(output.toFile()).start();
    int code = process.waitFor();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    Files.delete(output);
    return new Output(text, code);
  }
}
