package org.residuum.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Predicts CIFAR-10's test set in several forms, straight and with kills at random moments, and
 * prints a Markdown table; see {@code scripts/resume-table}.
 */
public final class ResumeTable {
  private static final String MODEL = "models/akamaster/resnet20-12fca82f.th";

  private final Path data;
  private final Path folder;
  private final int kills;
  private final Random random;

  private ResumeTable(Path data, Path folder, int kills, long seed) {
    this.data = data;
    this.folder = folder;
    this.kills = kills;
    this.random = new Random(seed);
  }

  /** Arguments: folder of data, folder to work in, kills a row, seed. */
  public static void main(String[] args) throws Exception {
    ResumeTable table =
        new ResumeTable(
            Path.of(args[0]),
            Files.createDirectories(Path.of(args[1])).toRealPath(),
            Integer.parseInt(args[2]),
            Long.parseLong(args[3]));
    table.run();
  }

  private void run() throws IOException, InterruptedException, SQLException {
    Path pictures = folder.resolve("pictures");
    Path tar = folder.resolve("pictures.tar");
    Path parquet = folder.resolve("pictures.parquet");
    make(pictures, tar, parquet);
    System.out.println(
        "| inputs | output | top-1 | straight | killed | with kills | equal |\n"
            + "|---|---|---|---|---|---|---|");
    row("10,000 PNG files", pictures, "files.csv");
    row("tar", tar, "tar.csv");
    row("Parquet, bytes", parquet, "parquet.csv");
    row("10,000 PNG files", pictures, "parts/");
  }

  private void make(Path pictures, Path tar, Path parquet)
      throws IOException, InterruptedException, SQLException {
    if (Files.exists(parquet)) {
      return;
    }
    Path packed = data.resolve("cifar10");
    Path cifar = Files.createDirectories(folder.resolve("cifar10"));
    Process unpack = java(packed + "/Unpack.java", packed.toString(), cifar.toString()).start();
    require(unpack.waitFor() == 0, "Unpack.java failed");
    Files.copy(packed.resolve("batches.meta.txt"), cifar.resolve("batches.meta.txt"));
    List<Path> files = CifarFiles.pictures(cifar, pictures);
    Collections.sort(files);
    CifarFiles.tar(tar, pictures, files);
    CifarFiles.parquet(parquet, pictures);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }

  private static ProcessBuilder java(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true);
  }

  private Process predict(Path inputs, String out) throws IOException {
    ProcessBuilder predict =
        java(
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            "org.residuum.cli.Main",
            "predict",
            "--model",
            data.resolve(MODEL).toString(),
            "--preset",
            "imagenet",
            "--labels",
            folder.resolve("cifar10/batches.meta.txt").toString(),
            "--device",
            "cpu",
            "--data",
            inputs.toString(),
            "--out",
            out,
            "--part-rows",
            "256",
            "--errors",
            out.replaceAll("/$", "") + "-errors.csv",
            "--resume");
    return predict.redirectOutput(folder.resolve("last.log").toFile()).start();
  }

  /** Seconds that a job needs. */
  private double straight(Path inputs, String out) throws IOException, InterruptedException {
    delete(Path.of(out));
    long began = System.nanoTime();
    finish(predict(inputs, out));
    return (System.nanoTime() - began) / 1e9;
  }

  /** Kills come at any moment of a start, or of a stretch of work; together they span the job. */
  private void row(String name, Path inputs, String output)
      throws IOException, InterruptedException {
    String straight = folder + File.separator + "straight-" + output;
    String killed = folder + File.separator + "killed-" + output;
    delete(Path.of(killed));
    double starting = straight(one(), folder + File.separator + "one.csv");
    double seconds = straight(inputs, straight);
    double longest = starting + 1.6 * Math.max(0, seconds - starting) / kills;
    long began = System.nanoTime();
    int alive = 0;
    for (int kill = 0; kill < kills; kill++) {
      Process process = predict(inputs, killed);
      long millis = Math.round(1000 * longest * random.nextDouble());
      if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
        alive++;
        process.destroyForcibly().waitFor();
      }
    }
    finish(predict(inputs, killed));
    double resumed = (System.nanoTime() - began) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "| %s | `%s` | %.2f %% | %.1f s | %d times of %d | %.1f s | %s |%n",
        name,
        output,
        accuracy(Path.of(straight)),
        seconds,
        alive,
        kills,
        resumed,
        same(Path.of(straight), Path.of(killed)) ? "to the byte" : "**no**");
  }

  private Path one() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("pictures"))) {
      return files.filter(file -> file.toString().endsWith(".png")).findFirst().orElseThrow();
    }
  }

  private void finish(Process process) throws IOException, InterruptedException {
    int code = process.waitFor();
    require(code == 0, "predict: " + code + "\n" + Files.readString(folder.resolve("last.log")));
  }

  /** The file, or the parts of a folder, in their order. */
  private static List<Path> files(Path output) throws IOException {
    if (!Files.isDirectory(output)) {
      return List.of(output);
    }
    try (Stream<Path> files = Files.list(output)) {
      return files.sorted().toList();
    }
  }

  private static boolean same(Path straight, Path killed) throws IOException {
    List<Path> first = files(straight);
    List<Path> second = files(killed);
    boolean same = first.size() == second.size();
    for (int i = 0; same && i < first.size(); i++) {
      same = rows(first.get(i)).equals(rows(second.get(i)));
    }
    Path errors = Path.of(straight + "-errors.csv");
    return same && Files.mismatch(errors, Path.of(killed + "-errors.csv")) < 0;
  }

  /** A file's text, of a manifest without its first line, which names the file of failures. */
  private static String rows(Path file) throws IOException {
    String text = Files.readString(file);
    return file.endsWith("manifest.jsonl") ? text.substring(text.indexOf('\n')) : text;
  }

  /** Of names that end in {@code CLASS/NUMBER.png}, or of a table in the order of the files. */
  private double accuracy(Path output) throws IOException {
    List<String> truth = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder.resolve("pictures"))) {
      files
          .filter(file -> file.toString().endsWith(".png"))
          .sorted()
          .forEach(file -> truth.add(file.getParent().getFileName().toString()));
    }
    int row = 0;
    int right = 0;
    for (Path file : files(output)) {
      List<String> lines = Files.readAllLines(file);
      for (String line : lines.subList(file.toString().endsWith(".csv") ? 1 : lines.size(), lines.size())) {
        right += line.split(",", -1)[1].equals(truth.get(row++)) ? 1 : 0;
      }
    }
    require(row == truth.size(), row + " rows of " + truth.size());
    return 100.0 * right / row;
  }

  private static void delete(Path path) throws IOException {
    for (String ending : List.of("", ".part", ".part.manifest", "-errors.csv", "-errors.csv.part")) {
      Path one = Path.of(path + ending);
      if (Files.isDirectory(one)) {
        for (Path file : files(one)) {
          Files.delete(file);
        }
      }
      Files.deleteIfExists(one);
    }
  }
}
