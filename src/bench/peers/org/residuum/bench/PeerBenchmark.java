package org.residuum.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.cpu.CpuBackend;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command behind {@code scripts/bench-peers}, whose help describes the options. */
@Command(name = "bench-peers", sortOptions = false)
final class PeerBenchmark implements Callable<Integer> {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  @Option(names = "--rows", split = ",", paramLabel = "NAME")
  private List<String> rows = List.of();

  @Option(names = "--peers", split = ",", paramLabel = "NAME")
  private List<String> peers = List.of("onnxruntime", "djl", "operators", "bf16");

  @Option(names = "--rounds", paramLabel = "N")
  private int rounds = 7;

  @Option(names = "--seconds", paramLabel = "S")
  private double seconds = 0.5;

  @Option(names = "--threads", paramLabel = "N")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--steady-batches", paramLabel = "N")
  private int steadyBatches = 200;

  @Option(names = "--out", paramLabel = "FILE")
  private Path out;

  private PeerBenchmark() {}

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new PeerBenchmark())
            .setParameterExceptionHandler(
                (error, given) -> fail(error.getMessage(), 2, "see scripts/bench-peers --help"))
            .setExecutionExceptionHandler(
                (error, line, parsed) ->
                    error instanceof IllegalArgumentException
                        ? fail(error.getMessage(), 2, "see scripts/bench-peers --help")
                        : fail(error.toString(), 1, "no table was made"))
            .execute(arguments));
  }

  private static int fail(String message, int code, String remedy) {
    System.err.println("bench-peers: " + message + "; " + remedy);
    return code;
  }

  @Override
  public Integer call() throws Exception {
    if (rounds < 1 || threads < 1 || steadyBatches < 1 || !(seconds > 0)) {
      throw new IllegalArgumentException(
          "--rounds, --seconds, --threads and" + " --steady-batches must be above 0");
    }
    Set<Row.Peer> chosen = chosenPeers();
    List<Row> table = chosenRows();
    TrainingBackend backend = new CpuBackend();
    Map<String, String> header = header(backend, chosen);
    if (chosen.contains(Row.Peer.BF16) && !hasBf16(header)) {
      chosen.remove(Row.Peer.BF16);
    }
    Race race = new Race(backend, chosen, threads, new Rounds(rounds, seconds), steadyBatches);
    List<Outcome> outcomes = new ArrayList<>();
    for (Row row : table) {
      Outcome outcome = race.run(row);
      System.err.printf("%s: %s%n", outcome.workload(), outcome.verdict());
      outcomes.add(outcome);
    }
    print(header, outcomes);
    return outcomes.stream().anyMatch(outcome -> outcome.failure() != null) ? 1 : 0;
  }

  private void print(Map<String, String> header, List<Outcome> outcomes) throws IOException {
    String table = MarkdownReport.of(header, outcomes);
    System.out.print(table);
    if (out != null) {
      Files.writeString(out, table);
      String name = out.getFileName().toString().replaceFirst("\\.[^.]+$", "") + ".json";
      Files.writeString(out.resolveSibling(name), JsonReport.of(header, outcomes));
    }
  }

  private Set<Row.Peer> chosenPeers() {
    Set<Row.Peer> chosen = EnumSet.noneOf(Row.Peer.class);
    for (String name : peers) {
      chosen.add(
          Arrays.stream(Row.Peer.values())
              .filter(peer -> peer.option().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "no peer is named "
                              + name
                              + ", but onnxruntime, djl, operators and bf16 are")));
    }
    return chosen;
  }

  private List<Row> chosenRows() {
    List<Row> all = Row.all();
    Set<String> known = new LinkedHashSet<>(all.stream().map(Row::group).toList());
    for (String name : rows) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException("no rows are named " + name + ", but " + known + " are");
      }
    }
    return all.stream()
        .filter(row -> rows.isEmpty() ? !row.isExtra() : rows.contains(row.group()))
        .toList();
  }

  private Map<String, String> header(TrainingBackend backend, Set<Row.Peer> chosen) throws IOException {
    Map<String, String> header = new LinkedHashMap<>();
    header.put("machine", cpu());
    header.put("Java", System.getProperty("java.vm.name") + " " + Runtime.version());
    header.put("Residuum", backend.description() + ", " + threads() + " threads");
    if (chosen.contains(Row.Peer.ONNX_RUNTIME)) {
      header.put("ONNX Runtime", OnnxRuntime.version() + ", " + threads + " threads");
    }
    if (chosen.contains(Row.Peer.DJL) || chosen.contains(Row.Peer.OPERATORS)) {
      Torch.load(threads);
      header.put("DJL", Torch.version());
    }
    String text = "%d rounds of at least %.2g s for each, in turn";
    header.put("timing", String.format(Locale.ROOT, text, rounds, seconds));
    return header;
  }

  /** Whether this processor multiplies bf16; the header says so, or why not. */
  private boolean hasBf16(Map<String, String> header) {
    try (CpuBackend backend = new CpuBackend(threads, Precision.BF16)) {
      header.put("bf16", backend.description());
      return true;
    } catch (IllegalArgumentException | BackendUnavailableException e) {
      header.put("bf16", "not measured: " + e.getMessage());
      return false;
    }
  }

  /** oneDNN's threads are OpenMP's, which the environment sets. */
  private static String threads() {
    String set = System.getenv("OMP_NUM_THREADS");
    return set == null ? "all" : set;
  }

  private static String cpu() throws IOException {
    String name =
        Files.isReadable(CPU_INFO)
            ? Files.readAllLines(CPU_INFO).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"))
            : System.getProperty("os.arch");
    return name + ", " + Runtime.getRuntime().availableProcessors() + " cores";
  }
}
