package org.residuum.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.residuum.Model;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.data.Preprocessing;
import org.residuum.format.onnx.OnnxModel;
import org.residuum.network.Architectures;
import org.residuum.network.Network;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command behind {@code scripts/bench-pictures}, whose help describes the options. */
@Command(name = "bench-pictures", sortOptions = false)
final class PictureBenchmark implements Callable<Integer> {
  @Option(names = "--models", split = ",", paramLabel = "NAME")
  private List<String> models = List.of("resnet18", "resnet50");

  @Option(names = "--photos", paramLabel = "N")
  private int photos = 1000;

  @Option(names = "--photographs", paramLabel = "DIR")
  private Path photographs;

  @Option(names = "--batch", paramLabel = "N")
  private int batch = 32;

  @Option(names = "--rounds", paramLabel = "N")
  private int rounds = 3;

  @Option(names = "--busy")
  private boolean busy;

  @Option(names = "--predict-options", split = " ", paramLabel = "OPTION")
  private List<String> predictOptions = List.of();

  @Option(names = "--out", paramLabel = "FILE")
  private Path out;

  private final Path root = Path.of(System.getProperty("residuum.root"));
  private final Path work = root.resolve("target/bench-pictures");
  private final int threads = CpuBackend.usualThreads();

  private PictureBenchmark() {}

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new PictureBenchmark())
            .setParameterExceptionHandler((error, given) -> fail(error.getMessage(), 2))
            .setExecutionExceptionHandler(
                (error, line, parsed) ->
                    error instanceof IllegalArgumentException
                        ? fail(error.getMessage(), 2)
                        : fail(error.toString(), 1))
            .execute(arguments));
  }

  private static int fail(String message, int code) {
    System.err.println("bench-pictures: " + message + "; see scripts/bench-pictures --help");
    return code;
  }

  @Override
  public Integer call() throws Exception {
    if (photos < 1 || batch < 1 || rounds < 1) {
      throw new IllegalArgumentException("--photos, --batch and --rounds must be above 0");
    }
    Files.createDirectories(work);
    Path folder = work.resolve("photos-" + photos);
    PhotoSet.write(
        photographs == null ? root.resolve("../shared/data/images/photos") : photographs,
        folder,
        photos);
    StringBuilder table = new StringBuilder(header());
    List<Process> loops = busy ? loops() : List.of();
    try {
      for (String model : models) {
        table.append(row(model, folder));
      }
    } finally {
      loops.forEach(Process::destroyForcibly);
    }
    System.out.print(table);
    if (out != null) {
      Files.writeString(out, table);
    }
    return 0;
  }

  private String header() {
    return String.format(
        Locale.ROOT,
        "%d photo%s of 500 × 375, batch %d, %d threads, rounds in turn: %d%s. Seconds of the whole"
            + " process: median (quartiles).%n%n"
            + "| model | Residuum, wall | CPU | ImageIO and ONNX Runtime, wall | CPU | wall,"
            + " Residuum : other |%n|---|---|---|---|---|---|%n",
        photos,
        photos == 1 ? "" : "s",
        batch,
        threads,
        rounds,
        busy ? ", beside an endless loop for each core" : "");
  }

  /** As many endless loops as there are cores. */
  private List<Process> loops() throws IOException {
    List<Process> loops = new ArrayList<>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      loops.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
    }
    return loops;
  }

  private String row(String name, Path folder) throws IOException, InterruptedException {
    Path saved = work.resolve(name);
    Path onnx = work.resolve(name + ".onnx");
    if (!Files.exists(onnx)) {
      Network network = Architectures.build(name, Architectures.Request.PUBLISHED);
      Workload workload = Workload.ofImages(network, 1);
      Model.of(network, workload.parameters())
          .withPreprocessing(Preprocessing.imagenet())
          .save(saved, true);
      OnnxModel.write(onnx, network, workload.parameters());
    }
    List<ProcessTime> ours = new ArrayList<>();
    List<ProcessTime> theirs = new ArrayList<>();
    residuum(saved, folder);
    plain(onnx, folder);
    for (int round = 0; round < rounds; round++) {
      ours.add(residuum(saved, folder));
      theirs.add(plain(onnx, folder));
    }
    Sample wall = wall(ours);
    Sample otherWall = wall(theirs);
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s | %s |%n",
        name,
        wall,
        cpu(ours),
        otherWall,
        cpu(theirs),
        wall.over(otherWall));
  }

  private static Sample wall(List<ProcessTime> times) {
    return new Sample(times.stream().mapToDouble(ProcessTime::wall).toArray());
  }

  private static Sample cpu(List<ProcessTime> times) {
    return new Sample(times.stream().mapToDouble(ProcessTime::cpu).toArray());
  }

  private ProcessTime residuum(Path model, Path folder) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(root.resolve("scripts/residuum").toString());
    command.addAll(List.of("predict", "--device", "cpu", "--model", model.toString()));
    command.addAll(List.of("--data", folder.toString(), "--batch", String.valueOf(batch)));
    command.addAll(List.of("--out", work.resolve("residuum.csv").toString(), "--overwrite"));
    command.addAll(predictOptions);
    return ProcessTime.of(command, work.resolve("residuum.log"));
  }

  private ProcessTime plain(Path model, Path folder) throws IOException, InterruptedException {
    return ProcessTime.of(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            // ONNX Runtime overruns a thread's stack of 1 MiB when it starts.
            "-Xss8m",
            "-cp",
            System.getProperty("residuum.plain.classpath"),
            PlainClassifier.class.getName(),
            model.toString(),
            folder.toString(),
            work.resolve("plain.csv").toString(),
            String.valueOf(batch),
            String.valueOf(threads)),
        work.resolve("plain.log"));
  }
}
