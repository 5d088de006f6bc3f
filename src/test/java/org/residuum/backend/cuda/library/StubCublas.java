package org.residuum.backend.cuda.library;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Builds libraries that have cuBLAS's names and versions, and of its functions nothing but names.
 */
final class StubCublas {
  private static final Pattern NAME = Pattern.compile("cublas[A-Z][A-Za-z0-9_]*");

  private StubCublas() {}

  /** Aborts the test where there is no compiler. */
  static void assumeCompiler() {
    boolean gcc =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gcc")));
    Assumptions.assumeTrue(gcc, "no gcc on the PATH to build stub libraries with");
  }

  /**
   * Builds {@code libcublas} and {@code libcublasLt} of that release into the folder.
   *
   * @param functions to leave out of it
   */
  static void build(CublasRelease release, Path folder, byte[] client, Set<String> missing)
      throws IOException, InterruptedException {
    String version = release.file().substring(release.file().lastIndexOf('.') + 1);
    Set<String> names = imports(client);
    names.removeAll(missing);
    StringBuilder source = new StringBuilder();
    names.stream()
        .filter(name -> !name.equals("cublasGetProperty"))
        .forEach(name -> source.append("int ").append(name).append("(void) { return 0; }\n"));
    source.append("int cublasGetProperty(int type, int *value) {\n");
    source.append("  *value = type == 0 ? " + version + " : 40 + type;\n  return 0;\n}\n");
    compile(folder, release.ltFile(), release.ltFile(), "int cublasLtStub(void) { return 0; }\n");
    compile(folder, release.file(), release.file(), source.toString());
  }

  /** Every name of cuBLAS in the client's dynamic string table, more than it imports or as many. */
  static Set<String> imports(byte[] client) {
    Set<String> names = new TreeSet<>();
    String text = new String(client, StandardCharsets.ISO_8859_1);
    for (String word : text.split("\0")) {
      Matcher matcher = NAME.matcher(word);
      if (matcher.matches()) {
        names.add(word);
      }
    }
    return names;
  }

  private static void compile(Path folder, String file, String version, String source)
      throws IOException, InterruptedException {
    Path c = Files.writeString(folder.resolve(file + ".c"), source);
    Path map =
        Files.writeString(folder.resolve(file + ".map"), version + " { global: cublas*; };\n");
    run(
        List.of(
            "gcc",
            "-w",
            "-shared",
            "-fPIC",
            "-o",
            folder.resolve(file).toString(),
            c.toString(),
            "-Wl,-soname," + file,
            "-Wl,--version-script=" + map));
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
  }
}
