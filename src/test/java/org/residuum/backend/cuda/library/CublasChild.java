package org.residuum.backend.cuda.library;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.residuum.backend.BackendUnavailableException;

/** What the tests run in a JVM of its own, since a loaded library stays. */
final class CublasChild {
  private CublasChild() {}

  /** {@code find}: as the program does; {@code load FILE...}: one after the other, unchanged. */
  public static void main(String[] args) throws Exception {
    try {
      if (args[0].equals("find")) {
        CublasLibrary library = CublasLibrary.load();
        System.out.println("bound " + library.version() + " " + library.file());
        mapped();
      } else {
        Arrays.stream(args).skip(1).forEach(System::load);
        System.out.println("bound");
      }
    } catch (BackendUnavailableException | UnsatisfiedLinkError e) {
      System.out.println("refused " + e.getMessage());
    }
  }

  /** The native library that the process really runs. */
  private static void mapped() throws Exception {
    Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains("libJCublas2"))
        .map(line -> line.substring(line.indexOf('/')))
        .distinct()
        .forEach(path -> System.out.println("mapped " + path));
  }
}
