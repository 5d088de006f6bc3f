package org.residuum.backend.cpu.onednn;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.residuum.backend.lower.NativeFolder;

/**
 * The folder into which JavaCPP unpacks oneDNN. Left to itself it takes the first that can be
 * written, even where nothing in it can be executed, or where the libraries do not fit.
 */
final class JavaCppCache {
  static final String PROPERTY = "org.bytedeco.javacpp.cachedir";

  /** What is unpacked with oneDNN itself: its binding, OpenMP, OpenCL, JavaCPP. */
  private static final long OTHER_BYTES = 8L << 20;

  private JavaCppCache() {}

  /**
   * Points JavaCPP to the first folder that serves.
   *
   * @throws IOException where none does, naming each and why
   */
  static void choose() throws IOException {
    URL library = library();
    if (library == null) {
      return; // JavaCPP may still find it in java.library.path.
    }
    List<Path> folders = folders();
    Path chosen = NativeFolder.first(folders, folder -> missingBytes(folder, library));
    if (!chosen.equals(folders.get(0))) {
      System.setProperty(PROPERTY, chosen.toString());
    }
  }

  /** The one that the user named, JavaCPP's own two, one that survives a reboot. */
  static List<Path> folders() {
    List<Path> folders = new ArrayList<>();
    String named = System.getProperty(PROPERTY);
    if (named != null) {
      folders.add(Path.of(named));
    }
    folders.add(Path.of(System.getProperty("user.home"), ".javacpp", "cache"));
    folders.add(NativeFolder.temporary(".javacpp").resolve("cache"));
    Path lasting = Path.of("/var/tmp");
    if (Files.isDirectory(lasting)) {
      folders.add(lasting.resolve(".javacpp-" + System.getProperty("user.name")).resolve("cache"));
    }
    return folders;
  }

  /** oneDNN's library for this platform on the class path or the module path; null without. */
  private static URL library() {
    String folder = "org/bytedeco/dnnl/" + Loader.getPlatform() + "/";
    return Stream.of("libdnnl.so.3", "libdnnl.3.dylib", "dnnl.dll")
        .map(name -> Loader.class.getClassLoader().getResource(folder + name))
        .filter(url -> url != null)
        .findFirst()
        .orElse(null);
  }

  /** What is not unpacked yet; JavaCPP names its folders after the jars. */
  private static long missingBytes(Path folder, URL library) {
    try {
      URLConnection connection = library.openConnection();
      long bytes = connection.getContentLengthLong();
      if (connection instanceof JarURLConnection jar) {
        Path name = Path.of(jar.getJarFileURL().getPath()).getFileName();
        Path unpacked = folder.resolve(name).resolve(jar.getEntryName());
        if (Files.exists(unpacked) && Files.size(unpacked) == bytes) {
          return 0;
        }
      }
      return bytes + OTHER_BYTES;
    } catch (IOException e) {
      return OTHER_BYTES;
    }
  }
}
