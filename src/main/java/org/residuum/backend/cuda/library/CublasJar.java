package org.residuum.backend.cuda.library;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * cuBLAS 12 from a jar on the class path: the redistributable libraries of the CUDA toolkit that
 * Maven's profile {@code cuda-redist} brings. Only the two files that are needed are unpacked.
 */
final class CublasJar {
  static final String RESOURCES = "/org/bytedeco/cuda/linux-x86_64/";

  private CublasJar() {}

  /**
   * The unpacked {@code libcublas.so.12}, if it is on the class path.
   *
   * @throws IOException where it cannot be unpacked below {@code root}
   */
  static Optional<Path> unpack(Path root) throws IOException {
    CublasRelease release = CublasRelease.CUDA_12;
    if (CublasJar.class.getResource(RESOURCES + release.file()) == null) {
      return Optional.empty();
    }
    unpack(release.ltFile(), root);
    return Optional.of(unpack(release.file(), root));
  }

  /** By size, not by content: hashing 0.6 GB would cost a second at each start. */
  private static Path unpack(String name, Path root) throws IOException {
    URL resource = CublasJar.class.getResource(RESOURCES + name);
    if (resource == null) {
      throw new IOException("no " + name + " beside cuBLAS on the class path");
    }
    URLConnection connection = resource.openConnection();
    long bytes = connection.getContentLengthLong();
    Path file = root.resolve("cublas-jar-" + bytes).resolve(name);
    if (!Files.exists(file) || Files.size(file) != bytes) {
      try (InputStream in = connection.getInputStream()) {
        NativeCache.write(file, in);
      }
    }
    return file;
  }
}
