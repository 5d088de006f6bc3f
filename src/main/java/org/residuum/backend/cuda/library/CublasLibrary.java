package org.residuum.backend.cuda.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasStatus;
import jcuda.libraryPropertyType;
import org.residuum.backend.BackendUnavailableException;
import org.residuum.backend.cuda.library.CublasSearch.Candidate;

/**
 * The cuBLAS of this process. It is loaded by its path, so that JCuda's native library finds it
 * among the libraries that are there already and nobody has to set LD_LIBRARY_PATH.
 *
 * @param file the library that was loaded
 * @param version as it reports it: major, minor, patch
 */
public record CublasLibrary(Path file, String version) {
  private static CublasLibrary loaded;

  /**
   * Loads cuBLAS and JCublas2 at the first call; later calls return the same one.
   *
   * @throws BackendUnavailableException where none is found or none can be loaded; the first line
   *     says so and names the command that helps, each further line names a place that was searched
   */
  public static synchronized CublasLibrary load() {
    if (loaded == null) {
      loaded = load(CublasSearch.ofThisMachine());
    }
    return loaded;
  }

  private static CublasLibrary load(CublasSearch search) {
    List<String> failures = new ArrayList<>();
    for (Candidate candidate : search.candidates()) {
      Optional<CublasLibrary> library = attempt(candidate, failures);
      if (library.isPresent()) {
        return library.get();
      }
    }
    return fromClassPath(failures)
        .orElseThrow(() -> new BackendUnavailableException(explain(search, failures), null));
  }

  private static Optional<CublasLibrary> fromClassPath(List<String> failures) {
    try {
      return CublasJar.unpack(NativeCache.rootOfUser())
          .flatMap(file -> attempt(new Candidate(CublasRelease.CUDA_12, file), failures));
    } catch (IOException e) {
      failures.add("class path: " + e);
      return Optional.empty();
    }
  }

  private static Optional<CublasLibrary> attempt(Candidate candidate, List<String> failures) {
    Path file = candidate.file();
    try {
      Path lt = file.resolveSibling(candidate.release().ltFile());
      if (Files.exists(lt)) {
        JCudaNatives.load(lt);
      }
      JCudaNatives.load(file);
      JCudaNatives.blas(candidate.release());
      return Optional.of(new CublasLibrary(file, readVersion()));
    } catch (UnsatisfiedLinkError
        | BackendUnavailableException
        | IllegalArgumentException
        | IllegalCallerException e) {
      failures.add(file + ": " + JCudaNatives.reason(e));
      return Optional.empty();
    }
  }

  private static String readVersion() {
    return property(libraryPropertyType.MAJOR_VERSION)
        + "."
        + property(libraryPropertyType.MINOR_VERSION)
        + "."
        + property(libraryPropertyType.PATCH_LEVEL);
  }

  private static int property(int type) {
    int[] value = new int[1];
    int status = JCublas2.cublasGetProperty(type, value);
    if (status != cublasStatus.CUBLAS_STATUS_SUCCESS) {
      throw new BackendUnavailableException(
          "cublasGetProperty(" + type + ") answers " + cublasStatus.stringFor(status), null);
    }
    return value[0];
  }

  private static String explain(CublasSearch search, List<String> failures) {
    List<String> lines = new ArrayList<>();
    lines.add(
        failures.isEmpty()
            ? "none: no "
                + search.releases().stream()
                    .map(CublasRelease::file)
                    .collect(Collectors.joining(" and no "))
                + " in "
                + (search.places().size() + 1)
                + " places; this brings it: "
                + search.remedy()
            : "none that loads; this brings one: " + search.remedy());
    failures.forEach(failure -> lines.add("does not load: " + failure));
    search.places().forEach(place -> lines.add("looked at " + place));
    lines.add("looked at class path: " + CublasJar.RESOURCES.substring(1));
    return String.join(System.lineSeparator(), lines);
  }
}
