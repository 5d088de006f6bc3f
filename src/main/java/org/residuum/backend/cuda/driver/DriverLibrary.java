package org.residuum.backend.cuda.driver;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The library of NVIDIA's driver. Unpacking and loading JCuda's native takes 0.2 s at a cold start,
 * only to learn that there is no driver; where the dynamic linker looks can be seen in 2 ms.
 */
final class DriverLibrary {
  static final String NAME = "libcuda.so.1";

  private DriverLibrary() {}

  /** False wherever that is not sure. */
  static boolean isCertainlyAbsent() {
    return System.getProperty("os.name").equals("Linux")
        && isCertainlyAbsent(System.getenv(), Path.of("/etc/ld.so.cache"));
  }

  /**
   * The same of an environment and the linker's list of libraries; without such a list, which
   * systems with another C library lack, nothing is sure.
   */
  static boolean isCertainlyAbsent(Map<String, String> environment, Path listOfLibraries) {
    if (environment.containsKey("LD_PRELOAD")) {
      return false;
    }
    try {
      String known = Files.readString(listOfLibraries, StandardCharsets.ISO_8859_1);
      return !known.contains(NAME) && folders(environment).noneMatch(DriverLibrary::hasLibrary);
    } catch (IOException e) {
      return false;
    }
  }

  private static Stream<String> folders(Map<String, String> environment) {
    String named = environment.get("LD_LIBRARY_PATH");
    Stream<String> before = named == null ? Stream.empty() : Stream.of(named.split("[:;]", -1));
    String multiarch = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
    String gnu = "/" + multiarch + "-linux-gnu";
    return Stream.concat(
        before,
        Stream.of("/lib64", "/usr/lib64", "/lib", "/usr/lib", "/lib" + gnu, "/usr/lib" + gnu));
  }

  /** An empty name is the current folder. */
  private static boolean hasLibrary(String folder) {
    return new File(folder.isEmpty() ? "." : folder, NAME).exists();
  }
}
