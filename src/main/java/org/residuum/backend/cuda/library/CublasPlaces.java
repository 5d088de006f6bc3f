package org.residuum.backend.cuda.library;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The folders in which cuBLAS is looked for, in order. */
final class CublasPlaces {
  private static final Path LINKER_CACHE = Path.of("/etc/ld.so.cache");

  /** Below a CUDA toolkit, and what {@code nvidia-cublas} brings below {@code site-packages}. */
  private static final List<String> TOOLKIT = List.of("lib64", "targets/x86_64-linux/lib", "lib");

  private static final List<String> PYTHON = List.of("nvidia/cublas/lib", "nvidia/cu13/lib");

  private static final String PYTHON_DLLS = "nvidia/cublas/bin";

  private final Map<String, String> environment;
  private final Path system;
  private final Path home;
  private final Path downloads;
  private final boolean windows;
  private final List<CublasPlace> places = new ArrayList<>();

  /**
   * @param system the root of the file system
   * @param downloads where {@link CublasSearch#remedy} puts cuBLAS
   */
  CublasPlaces(
      Map<String, String> environment, Path system, Path home, Path downloads, boolean windows) {
    this.environment = environment;
    this.system = system;
    this.home = home;
    this.downloads = downloads;
    this.windows = windows;
  }

  /** Only the folder that the property names, or all the usual ones. */
  static List<CublasPlace> ofThisMachine(Path downloads) {
    String folder = System.getProperty(CublasSearch.PROPERTY);
    if (folder != null) {
      return List.of(new CublasPlace("-D" + CublasSearch.PROPERTY, Path.of(folder)));
    }
    Path home = Path.of(System.getProperty("user.home"));
    boolean windows = CublasRelease.onWindows();
    return new CublasPlaces(System.getenv(), Path.of("/"), home, downloads, windows).all();
  }

  List<CublasPlace> all() {
    if (windows) {
      onWindows();
    } else {
      onLinux();
    }
    return places.stream().distinct().toList();
  }

  /** What NVIDIA's installer sets, where it installs, and what Python's packages bring. */
  private void onWindows() {
    environment.keySet().stream()
        .filter(name -> name.equals("CUDA_PATH") || name.startsWith("CUDA_PATH_V12_"))
        .sorted()
        .forEach(name -> split(name).forEach(root -> add(name, root.resolve("bin"))));
    split("PATH").forEach(folder -> add("PATH", folder));
    for (Path programs : split("ProgramFiles")) {
      Path toolkits = programs.resolve("NVIDIA GPU Computing Toolkit/CUDA");
      matching(toolkits, "v12.*").forEach(root -> add("CUDA toolkit", root.resolve("bin")));
    }
    for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      split(variable)
          .forEach(root -> add(variable, root.resolve("Lib/site-packages").resolve(PYTHON_DLLS)));
    }
    add("download", downloads.resolve(PYTHON_DLLS));
  }

  private void onLinux() {
    environmentVariables();
    linkerCache();
    toolkits();
    distribution();
    python();
    PYTHON.forEach(libraries -> add("download", downloads.resolve(libraries)));
  }

  private void environmentVariables() {
    split("LD_LIBRARY_PATH").forEach(folder -> add("LD_LIBRARY_PATH", folder));
    for (String variable : List.of("CUDA_PATH", "CUDA_HOME")) {
      split(variable).forEach(root -> TOOLKIT.forEach(lib -> add(variable, root.resolve(lib))));
    }
  }

  private void linkerCache() {
    Path cache = system.resolve(LINKER_CACHE.toString().substring(1));
    for (CublasRelease release : CublasRelease.on(false)) {
      LinkerCache.paths(cache, release.file())
          .forEach(file -> add(LINKER_CACHE.toString(), file.getParent()));
    }
  }

  private void toolkits() {
    for (Path root : matching(system.resolve("usr/local"), "cuda*")) {
      TOOLKIT.forEach(libraries -> add("CUDA toolkit", root.resolve(libraries)));
    }
    TOOLKIT.forEach(
        libraries -> add("CUDA toolkit", system.resolve("opt/cuda").resolve(libraries)));
    for (Path sdk : matching(system.resolve("opt/nvidia/hpc_sdk/Linux_x86_64"), "*")) {
      for (Path version : matching(sdk.resolve("math_libs"), "*")) {
        add("NVIDIA HPC SDK", version.resolve("lib64"));
      }
    }
  }

  private void distribution() {
    Stream.of("usr/lib/x86_64-linux-gnu", "usr/lib64", "usr/lib", "usr/local/lib")
        .forEach(folder -> add("distribution", system.resolve(folder)));
  }

  private void python() {
    split("CONDA_PREFIX").forEach(root -> add("conda", root.resolve("lib")));
    List<Path> roots = new ArrayList<>();
    split("VIRTUAL_ENV").forEach(roots::add);
    split("CONDA_PREFIX").forEach(roots::add);
    roots.addAll(interpreters());
    roots.add(home.resolve(".local"));
    roots.addAll(matching(home.resolve(".pyenv/versions"), "*"));
    roots.add(system.resolve("usr/local"));
    roots.add(system.resolve("usr"));
    roots.forEach(this::sitePackages);
  }

  /** The installations of each {@code python3} on the PATH: the folder above its {@code bin}. */
  private List<Path> interpreters() {
    List<Path> roots = new ArrayList<>();
    for (Path folder : split("PATH")) {
      Path bin = real(folder);
      if (bin.getParent() != null && Files.isExecutable(bin.resolve("python3"))) {
        roots.add(bin.getParent());
      }
    }
    return roots;
  }

  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      return folder;
    }
  }

  private void sitePackages(Path root) {
    List<Path> versions = new ArrayList<>(matching(root.resolve("lib"), "python3*"));
    for (Path version : versions) {
      for (String packages : List.of("site-packages", "dist-packages")) {
        Path folder = version.resolve(packages);
        if (Files.isDirectory(folder)) {
          PYTHON.forEach(libraries -> add("Python", folder.resolve(libraries)));
        }
      }
    }
  }

  private void add(String origin, Path folder) {
    places.add(new CublasPlace(origin, folder.toAbsolutePath().normalize()));
  }

  private List<Path> split(String variable) {
    return Stream.of(environment.getOrDefault(variable, "").split(windows ? ";" : ":"))
        .filter(folder -> !folder.isEmpty())
        .flatMap(folder -> path(folder).stream())
        .toList();
  }

  /** Empty for text that is no path, such as a quoted one in Windows' PATH. */
  private static Optional<Path> path(String folder) {
    try {
      return Optional.of(Path.of(folder));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** The newest release first: names in descending order. */
  private static List<Path> matching(Path folder, String glob) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
      entries.forEach(found::add);
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    found.sort(Collections.reverseOrder());
    return found;
  }
}
