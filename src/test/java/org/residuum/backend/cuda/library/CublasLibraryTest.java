package org.residuum.backend.cuda.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** JCublas2's native against stub libraries, each in a JVM of its own that binds all at once. */
final class CublasLibraryTest {
  @TempDir private Path folder;
  private Path cache;
  private Path original;
  private byte[] client;

  @BeforeEach
  void buildClient() throws IOException {
    StubCublas.assumeCompiler();
    cache = folder.resolve("cache");
    original = JCudaNatives.placeBlas(CublasRelease.CUDA_12, new NativeCache(cache));
    client = Files.readAllBytes(original);
  }

  @ParameterizedTest
  @EnumSource(names = {"CUDA_12", "CUDA_13"})
  void everySymbolBindsToTheReleaseThatIsThere(CublasRelease release) throws Exception {
    StubCublas.build(release, folder, client, Set.of());
    List<String> seen = find();
    String version = release == CublasRelease.CUDA_12 ? "12.41.42" : "13.41.42";
    assertEquals("bound " + version + " " + folder.resolve(release.file()), seen.get(0));
    Path placed = JCudaNatives.placeBlas(release, new NativeCache(cache));
    assertEquals(List.of("mapped " + placed), seen.subList(1, seen.size()));
  }

  @Test
  void release12IsPreferred() throws Exception {
    StubCublas.build(CublasRelease.CUDA_12, folder, client, Set.of());
    StubCublas.build(CublasRelease.CUDA_13, folder, client, Set.of());
    assertTrue(find().get(0).startsWith("bound 12."), find().toString());
  }

  @Test
  void unchangedNativeDoesNotBindToRelease13() throws Exception {
    StubCublas.build(CublasRelease.CUDA_13, folder, client, Set.of());
    String seen = load(folder.resolve("libcublas.so.13"), original);
    assertTrue(seen.startsWith("refused") && seen.contains("libcublas.so.12"), seen);
  }

  /** Shows that binding at once is what the other tests see. */
  @Test
  void oneMissingFunctionIsNoticed() throws Exception {
    StubCublas.build(CublasRelease.CUDA_13, folder, client, Set.of("cublasGemmEx"));
    List<String> seen = find();
    assertTrue(seen.get(0).startsWith("refused"), seen.toString());
    assertTrue(seen.stream().anyMatch(line -> line.contains("cublasGemmEx")), seen.toString());
  }

  @Test
  void release12ThatDoesNotLoadGivesWayToRelease13() throws Exception {
    StubCublas.build(CublasRelease.CUDA_13, folder, client, Set.of());
    Files.writeString(folder.resolve("libcublas.so.12"), "not a library");
    List<String> seen = find();
    assertTrue(seen.stream().anyMatch(line -> line.startsWith("bound 13.")), seen.toString());
  }

  @Test
  void jarOnTheClassPathIsTheLastResort() throws Exception {
    Path built = Files.createDirectories(folder.resolve("built"));
    StubCublas.build(CublasRelease.CUDA_12, built, client, Set.of());
    Path jar = folder.resolve("redist.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (String name : List.of("libcublas.so.12", "libcublasLt.so.12")) {
        out.putNextEntry(new JarEntry(CublasJar.RESOURCES.substring(1) + name));
        Files.copy(built.resolve(name), out);
      }
    }
    for (int run = 0; run < 2; run++) {
      String seen = lines(start(List.of("find"), jar)).get(0);
      assertTrue(seen.startsWith("bound 12.41.42 " + cache.resolve("cublas-jar-")), seen);
    }
  }

  @Test
  void whereThereIsNoneEveryPlaceAndTheRemedyAreNamed() throws Exception {
    List<String> seen = find();
    assertTrue(seen.get(0).startsWith("refused none: "), seen.toString());
    assertTrue(seen.get(0).contains("-Dresiduum.cublas"), seen.toString());
    assertTrue(seen.contains("looked at -Dresiduum.cublas: " + folder), seen.toString());
  }

  @Test
  void processesThatStartAtOnceShareOneCompleteFile() throws Exception {
    StubCublas.build(CublasRelease.CUDA_13, folder, client, Set.of());
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(start(List.of("find")));
    }
    for (Process process : processes) {
      List<String> seen = lines(process);
      assertTrue(seen.get(0).startsWith("bound 13."), seen.toString());
    }
    try (Stream<Path> files = Files.walk(cache)) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      assertEquals(2, all.size(), "the original and the changed copy, and nothing else: " + all);
    }
  }

  @Test
  void corruptedCacheFileIsRebuilt() throws Exception {
    NativeCache natives = new NativeCache(cache);
    Path file = JCudaNatives.placeBlas(CublasRelease.CUDA_13, natives);
    byte[] good = Files.readAllBytes(file);
    byte[] bad = good.clone();
    bad[bad.length / 2] ^= 1;
    Files.write(file, bad);
    assertEquals(file, JCudaNatives.placeBlas(CublasRelease.CUDA_13, natives));
    assertArrayEquals(good, Files.readAllBytes(file));
    Files.write(file, new byte[100]);
    JCudaNatives.placeBlas(CublasRelease.CUDA_13, natives);
    assertArrayEquals(good, Files.readAllBytes(file));
  }

  private List<String> find() throws IOException, InterruptedException {
    return lines(start(List.of("find")));
  }

  private String load(Path... files) throws IOException, InterruptedException {
    List<String> args = new ArrayList<>(List.of("load"));
    Stream.of(files).map(Path::toString).forEach(args::add);
    return String.join("\n", lines(start(args)));
  }

  private Process start(List<String> args, Path... jars) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    command.add("-D" + NativeCache.PROPERTY + "=" + cache);
    command.add("-D" + CublasSearch.PROPERTY + "=" + folder);
    List<String> classPath = new ArrayList<>(List.of(System.getProperty("java.class.path")));
    Stream.of(jars).map(Path::toString).forEach(classPath::add);
    command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath)));
    command.add(CublasChild.class.getName());
    command.addAll(args);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LD_BIND_NOW", "1");
    builder.environment().remove("LD_LIBRARY_PATH");
    return builder.start();
  }

  private static List<String> lines(Process process) throws IOException, InterruptedException {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), text);
    return text.lines().toList();
  }
}
