package org.residuum.backend.cuda.standin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import jcuda.JCudaVersion;
import jcuda.LibUtils;
import org.junit.jupiter.api.Assumptions;

/**
 * Compiles {@code libcuda.so.1}, {@code libcublas.so.12} and {@code libcublas.so.13} from {@code
 * src/test/c}. Functions that JCuda's natives ask for and that the sources lack are added; they
 * print their name and answer that they are not supported.
 */
final class StandInBuild {
  static final Path SOURCES = Path.of("src/test/c");

  private static final List<String> RELEASES = List.of("12", "13");

  private final Path folder;

  private StandInBuild(Path folder) {
    this.folder = folder;
  }

  /** Aborts the test where there is no compiler, or no header of the JNI. */
  static void assumeCompiler() {
    Assumptions.assumeTrue(
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(place -> Files.isExecutable(Path.of(place, "gcc"))),
        "no gcc on the PATH to build the stand-in driver with");
    Assumptions.assumeTrue(
        Files.exists(headers().resolve("jni.h")),
        "no " + headers().resolve("jni.h") + " to build the stand-in driver with: a JDK has it");
  }

  private static Path headers() {
    return Path.of(System.getProperty("java.home"), "include");
  }

  /** The folder of the libraries below {@code target}; they are built where sources changed. */
  static synchronized Path libraries() throws IOException, InterruptedException {
    CRC32 content = new CRC32();
    try (Stream<Path> sources = Files.list(SOURCES)) {
      for (Path source : sources.sorted().toList()) {
        content.update(Files.readAllBytes(source));
      }
    }
    Path folder = Path.of("target", "standin-" + Long.toHexString(content.getValue()));
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder.toAbsolutePath().getParent());
      Path building = Files.createTempDirectory(Path.of("target"), "standin-");
      new StandInBuild(building.toAbsolutePath()).build();
      try {
        Files.move(building, folder);
      } catch (FileAlreadyExistsException e) {
        return folder.toAbsolutePath();
      }
    }
    return folder.toAbsolutePath();
  }

  /** {@code FOLDER}: builds into that folder. */
  public static void main(String[] args) throws Exception {
    new StandInBuild(Files.createDirectories(Path.of(args[0])).toAbsolutePath()).build();
  }

  private void build() throws IOException, InterruptedException {
    List<String> driver = new ArrayList<>();
    for (String part : List.of("device", "memory", "streams", "graphs", "modules", "run")) {
      driver.add(SOURCES.resolve(part + ".c").toString());
    }
    driver.add(SOURCES.resolve("machine.c").toString());
    driver.add(SOURCES.resolve("log.c").toString());
    driver.add(others("JCudaDriver", "cu[A-Z]\\w*", 801).toString());
    driver.addAll(List.of("-I" + headers(), "-I" + headers().resolve("linux"), "-ldl"));
    compile("libcuda.so.1", "", driver);
    String others = others("JCublas2", "cublas[A-Z]\\w*", 15).toString();
    for (String release : RELEASES) {
      String file = "libcublas.so." + release;
      Files.createDirectories(folder.resolve("cublas-" + release));
      compile(
          "cublas-" + release + "/" + file,
          "-Wl,--version-script=" + versions(file),
          List.of(
              "-DMAJOR=" + release,
              SOURCES.resolve("cublas.c").toString(),
              others,
              folder.resolve("libcuda.so.1").toString()));
    }
  }

  private Path versions(String file) throws IOException {
    return Files.writeString(
        folder.resolve(file + ".map"), file + " { global: cublas*; local: *; };\n");
  }

  /** What a native library of JCuda asks for, weak, so that the sources' own come first. */
  private Path others(String library, String names, int answer) throws IOException {
    StringBuilder source = new StringBuilder("#include <stdio.h>\n");
    for (String name : imports(library, Pattern.compile(names))) {
      source
          .append("__attribute__((weak, visibility(\"default\"))) int ")
          .append(name)
          .append("(void) {\n  fprintf(stderr, \"stand-in: ")
          .append(name)
          .append(" is not there\\n\");\n  return ")
          .append(answer)
          .append(";\n}\n");
    }
    return Files.writeString(folder.resolve(library + ".c"), source.toString());
  }

  private static Set<String> imports(String library, Pattern names) throws IOException {
    String file =
        LibUtils.createLibraryFileName(
            LibUtils.createPlatformLibraryName(library + "-" + JCudaVersion.get()));
    try (InputStream in = LibUtils.class.getClassLoader().getResourceAsStream("lib/" + file)) {
      Set<String> found = new TreeSet<>();
      String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      Stream.of(text.split("\0")).filter(word -> names.matcher(word).matches()).forEach(found::add);
      return found;
    }
  }

  private void compile(String file, String option, List<String> inputs)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of("gcc", "-std=gnu11", "-O2", "-ftree-vectorize", "-ffp-contract=off"));
    command.addAll(List.of("-Wall", "-Wextra", "-Werror", "-pthread", "-shared", "-fPIC"));
    command.addAll(List.of("-fvisibility=hidden", "-Wl,-soname," + Path.of(file).getFileName()));
    command.addAll(List.of("-o", folder.resolve(file).toString()));
    command.addAll(inputs);
    if (!option.isEmpty()) {
      command.add(option);
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
  }
}
