package org.residuum.backend.cuda.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Below a file system of its own. */
final class CublasPlacesTest {
  @TempDir private Path system;

  @ParameterizedTest
  @CsvSource({
    "usr/local/cuda-12.6/lib64",
    "usr/local/cuda/targets/x86_64-linux/lib",
    "usr/lib/x86_64-linux-gnu",
    "opt/cuda/lib64",
    "opt/nvidia/hpc_sdk/Linux_x86_64/24.9/math_libs/12.6/lib64",
    "usr/local/lib/python3.12/dist-packages/nvidia/cublas/lib",
    "usr/lib/python3/dist-packages/nvidia/cublas/lib",
    "home/.local/lib/python3.11/site-packages/nvidia/cu13/lib",
    "home/.pyenv/versions/3.12.1/lib/python3.12/site-packages/nvidia/cublas/lib",
    "home/.cache/residuum/cublas/nvidia/cublas/lib"
  })
  void usualFolderIsLookedAt(String folder) throws IOException {
    assertEquals(List.of(put(folder, "libcublas.so.12")), found(Map.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "CUDA_PATH, toolkit, toolkit/lib64",
    "CUDA_HOME, toolkit, toolkit/targets/x86_64-linux/lib",
    "LD_LIBRARY_PATH, libraries, libraries",
    "VIRTUAL_ENV, venv, venv/lib/python3.12/site-packages/nvidia/cublas/lib",
    "CONDA_PREFIX, conda, conda/lib"
  })
  void environmentVariableIsFollowed(String variable, String value, String folder)
      throws IOException {
    Path file = put(folder, "libcublas.so.13");
    assertEquals(List.of(), found(Map.of()));
    assertEquals(List.of(file), found(Map.of(variable, system.resolve(value).toString())));
  }

  @Test
  void packagesOfThePythonOnThePathAreLookedAt() throws IOException {
    Path file = put("py/lib/python3.12/site-packages/nvidia/cublas/lib", "libcublas.so.12");
    Path python = put("py/bin", "python3");
    assertTrue(python.toFile().setExecutable(true));
    assertEquals(List.of(file), found(Map.of("PATH", python.getParent().toString())));
  }

  @Test
  void release12ComesBeforeRelease13WhereverTheyAre() throws IOException {
    Path thirteen = put("toolkit/lib64", "libcublas.so.13");
    Path twelve = put("usr/lib64", "libcublas.so.12");
    Map<String, String> environment = Map.of("CUDA_PATH", system.resolve("toolkit").toString());
    assertEquals(List.of(twelve, thirteen), found(environment));
  }

  @Test
  void fileThatALinkLeadsToCountsOnce() throws IOException {
    Path file = put("usr/local/cuda-13.0/lib64", "libcublas.so.13");
    Files.createSymbolicLink(
        system.resolve("usr/local/cuda"), system.resolve("usr/local/cuda-13.0"));
    assertEquals(List.of(file), found(Map.of()));
  }

  @Test
  void linkersCacheIsReadAsLdconfigReadsIt() throws IOException, InterruptedException {
    Path ldconfig = Path.of("/sbin/ldconfig");
    Path cache = Path.of("/etc/ld.so.cache");
    Assumptions.assumeTrue(Files.isExecutable(ldconfig), "no /sbin/ldconfig to compare with");
    Assumptions.assumeTrue(Files.isReadable(cache), "no /etc/ld.so.cache to read");
    Process process = new ProcessBuilder(ldconfig.toString(), "-p").start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    List<String> lines = text.lines().filter(line -> line.contains(" => ")).toList();
    assertFalse(lines.isEmpty());
    for (String line : lines) {
      String name = line.strip().split(" ", 2)[0];
      Path path = Path.of(line.substring(line.indexOf(" => ") + 4));
      assertTrue(LinkerCache.paths(cache, name).contains(path), line);
    }
    assertEquals(List.of(), LinkerCache.paths(cache, "libcublas.so.1"));
  }

  @Test
  void damagedLinkersCacheHoldsNothing() throws IOException {
    Path cache = system.resolve("cache");
    Files.writeString(cache, "glibc-ld.so.cache1.1" + "\177".repeat(60));
    assertEquals(List.of(), LinkerCache.paths(cache, "libc.so.6"));
    Files.writeString(cache, "no cache");
    assertEquals(List.of(), LinkerCache.paths(cache, "libc.so.6"));
  }

  private Path put(String folder, String file) throws IOException {
    Files.createDirectories(system.resolve(folder));
    return Files.writeString(system.resolve(folder).resolve(file), "");
  }

  /** As on Windows, which these tests were not run on. */
  @ParameterizedTest
  @CsvSource({
    "CUDA_PATH, toolkit, toolkit/bin",
    "CUDA_PATH_V12_6, toolkit, toolkit/bin",
    "PATH, elsewhere;libraries, libraries",
    "ProgramFiles, programs, programs/NVIDIA GPU Computing Toolkit/CUDA/v12.6/bin",
    "VIRTUAL_ENV, venv, venv/Lib/site-packages/nvidia/cublas/bin",
    "CONDA_PREFIX, conda, conda/Lib/site-packages/nvidia/cublas/bin"
  })
  void onWindowsItsVariablesAreFollowed(String variable, String value, String folder)
      throws IOException {
    Path file = put(folder, "cublas64_12.dll");
    put(folder, "cublas64_13.dll");
    String folders =
        Stream.of(value.split(";"))
            .map(name -> system.resolve(name).toString())
            .collect(Collectors.joining(";"));
    assertEquals(List.of(), found(Map.of(), true));
    assertEquals(List.of(file), found(Map.of(variable, folders), true));
    assertEquals(List.of(), found(Map.of(variable, folders)), "not on Linux");
  }

  @Test
  void onWindowsTheDownloadIsFound() throws IOException {
    Path file = put("home/.cache/residuum/cublas/nvidia/cublas/bin", "cublas64_12.dll");
    assertEquals(List.of(file), found(Map.of(), true));
  }

  private List<Path> found(Map<String, String> environment) {
    return found(environment, false);
  }

  private List<Path> found(Map<String, String> environment, boolean windows) {
    Path home = system.resolve("home");
    Path downloads = NativeCache.root(environment, home.toString(), null).resolve("cublas");
    List<CublasPlace> places =
        new CublasPlaces(environment, system, home, downloads, windows).all();
    return new CublasSearch(CublasRelease.on(windows), places, downloads)
        .candidates().stream().map(CublasSearch.Candidate::file).toList();
  }
}
