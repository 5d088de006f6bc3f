package org.residuum.spark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * A standalone cluster of Spark on this machine's loopback: a master and workers of one core, each
 * a process of its own with this JVM's class path. They end when it is closed, and with this JVM.
 */
final class StandaloneCluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int EXECUTOR_MB = 512;
  private static final long START_SECONDS = 120;

  private final Path folder;
  private final Process master;
  private final List<Process> workers = new ArrayList<>();
  private int port;

  private StandaloneCluster(Path folder, Process master) {
    this.folder = folder;
    this.master = master;
  }

  /**
   * Starts a master and workers, each of which can start one executor.
   *
   * @param folder gets their logs and scratch files
   */
  static StandaloneCluster start(Path folder, int workers) throws IOException {
    Files.createDirectories(folder.resolve("home/jars")); // The launcher asks for it.
    Path port = folder.resolve("port");
    List<String> options = List.of(HOST, port.toString());
    Process master = launch(folder, "master", MasterMain.class.getName(), options);
    StandaloneCluster cluster = new StandaloneCluster(folder, master);
    try {
      cluster.awaitMaster(port);
      for (int i = 0; i < workers; i++) {
        cluster.startWorker("worker-" + i);
      }
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void awaitMaster(Path file) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!Files.exists(file)) {
      if (!master.isAlive() || System.nanoTime() > end) {
        throw new IOException("no master: " + log("master"));
      }
      pause();
    }
    port = Integer.parseInt(Files.readString(file));
  }

  private void startWorker(String name) throws IOException {
    List<String> options = new ArrayList<>();
    options.addAll(List.of("--host", HOST, "--port", "0", "--webui-port", "0", "--cores", "1"));
    options.addAll(List.of("--memory", EXECUTOR_MB + "m"));
    options.addAll(List.of("--work-dir", folder.resolve(name).toString(), url()));
    workers.add(launch(folder, name, "org.apache.spark.deploy.worker.Worker", options));
  }

  private static Process launch(Path folder, String name, String main, List<String> options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", classPath()));
    command.addAll(List.of(LeashedMain.class.getName(), main));
    command.addAll(options);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("SPARK_HOME", folder.resolve("home").toString());
    builder.environment().put("SPARK_LOCAL_IP", HOST);
    builder.environment().put("SPARK_SCALA_VERSION", "2.13"); // Else looked for in a build.
    builder.redirectErrorStream(true).redirectOutput(folder.resolve(name + ".log").toFile());
    return builder.start();
  }

  /** This JVM's, whatever the working folder. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Where sessions find it. */
  String url() {
    return "spark://" + HOST + ":" + port;
  }

  /** A session on it, which waits for all executors before the first task. */
  SparkSession.Builder session(int executors) {
    return SparkSession.builder()
        .master(url())
        .config("spark.driver.host", HOST)
        .config("spark.driver.bindAddress", HOST)
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "WARN")
        .config("spark.cores.max", executors)
        .config("spark.executor.cores", 1)
        .config("spark.executor.memory", EXECUTOR_MB + "m")
        .config("spark.executor.extraClassPath", classPath())
        .config("spark.executor.extraJavaOptions", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1")
        .config("spark.scheduler.minRegisteredResourcesRatio", "1.0")
        .config("spark.scheduler.maxRegisteredResourcesWaitingTime", START_SECONDS + "s")
        .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString());
  }

  /** The processes that run tasks now. */
  List<ProcessHandle> executors() {
    return workers.stream().flatMap(Process::children).toList();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a cluster starts", e);
    }
  }

  /** Ends all processes and waits for them, workers first, so that none starts an executor anew. */
  @Override
  public void close() {
    List<ProcessHandle> all = new ArrayList<>();
    List<ProcessHandle> running = executors();
    workers.forEach(worker -> all.add(worker.toHandle()));
    all.add(master.toHandle());
    all.addAll(running);
    all.addAll(executors());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(process -> process.onExit().join());
  }

  /** What a process of the cluster wrote. */
  String log(String name) {
    try {
      return Files.readString(folder.resolve(name + ".log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
