package org.residuum.backend.cuda.library;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import jcuda.JCudaVersion;
import jcuda.LibUtils;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.lower.LoadingThread;
import org.residuum.backend.lower.NativeFailure;

/**
 * Loads JCuda's native libraries from {@link NativeCache}.
 *
 * <p>By itself, JCuda writes them under fixed names into the folder for temporary files and loads
 * whatever is there already: half a file, where two processes start at once, or another user's. Its
 * loader takes that folder from {@code java.io.tmpdir} at each call, so that property points to the
 * cache while one of its classes is initialized. The JDK itself has read it before.
 */
public final class JCudaNatives {
  private static final String TEMPORARY = "java.io.tmpdir";
  private static final String BLAS = "JCublas2";
  private static final String FOLDER_OPTION = "-D" + NativeCache.PROPERTY + "=";

  private JCudaNatives() {}

  /**
   * Makes {@code jcuda.driver.JCudaDriver} usable.
   *
   * @throws BackendUnavailableException where there is no {@code libcuda.so.1}
   */
  public static void driver() {
    load("JCudaDriver", "jcuda.driver.JCudaDriver", UnaryOperator.identity());
  }

  /** Makes {@code jcuda.jcublas.JCublas2} usable, once cuBLAS itself is loaded. */
  static void blas(CublasRelease release) {
    load(BLAS, "jcuda.jcublas.JCublas2", release::adapt);
  }

  /** The native of JCublas2 as it would be loaded for that release of cuBLAS. */
  static Path placeBlas(CublasRelease release, NativeCache cache) throws IOException {
    return place(BLAS, release::adapt, cache);
  }

  private static synchronized void load(
      String library, String className, UnaryOperator<byte[]> change) {
    String before = System.getProperty(TEMPORARY);
    try {
      Path file = place(library, change, NativeCache.ofUser());
      System.setProperty(TEMPORARY, file.getParent().toString());
      // A library that does not bind fails here, before the class is beyond repair.
      load(file);
      LoadingThread.call(() -> initialize(className));
    } catch (IOException e) {
      throw unavailable(library, e.getMessage(), NativeFailure.folder(FOLDER_OPTION), e);
    } catch (LinkageError | IllegalCallerException e) {
      throw unavailable(library, reason(e), remedy(e), e);
    } finally {
      System.setProperty(TEMPORARY, before);
    }
  }

  /** Loads a library by its path. */
  static void load(Path file) {
    LoadingThread.call(
        () -> {
          System.load(file.toString());
          return file;
        });
  }

  private static Class<?> initialize(String className) {
    try {
      return Class.forName(className, true, JCudaNatives.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new NoClassDefFoundError(e.toString());
    }
  }

  private static String remedy(Throwable error) {
    return NativeFailure.remedy(
        error, JCudaNatives.class, "org.jcuda's natives of this platform", FOLDER_OPTION);
  }

  private static BackendUnavailableException unavailable(
      String library, String reason, String remedy, Throwable cause) {
    return new BackendUnavailableException(
        "JCuda's native " + library + " cannot be loaded: " + reason + "; " + remedy, cause);
  }

  private static Path place(String library, UnaryOperator<byte[]> change, NativeCache cache)
      throws IOException {
    String version = JCudaVersion.get();
    String name =
        LibUtils.createLibraryFileName(LibUtils.createPlatformLibraryName(library + "-" + version));
    byte[] content = change.apply(resource("lib/" + name));
    return cache.place("jcuda-" + version, name, content);
  }

  private static byte[] resource(String name) throws IOException {
    // As a module, the natives' jar is another than JCuda's, so its class alone would not find
    // them.
    try (InputStream in = LibUtils.class.getClassLoader().getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(
            "no " + name + " on the class path (JCuda's natives for this system)");
      }
      return in.readAllBytes();
    }
  }

  /** The dynamic linker's own words, which JCuda buries in a stack trace of many lines. */
  static String reason(Throwable error) {
    String text = String.valueOf(error.getMessage());
    return text.lines()
        .filter(line -> line.contains(".so") && line.contains(": "))
        .reduce((first, second) -> second)
        .map(line -> line.replaceFirst("^.*UnsatisfiedLinkError: ", "").strip())
        .orElse(text.lines().findFirst().orElse(error.toString()));
  }
}
