package org.residuum.backend.cuda.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks for cuBLAS: release 12 in every place, then release 13. */
final class CublasSearch {
  /** The one folder to look in. */
  static final String PROPERTY = "residuum.cublas";

  private final List<CublasRelease> releases;
  private final List<CublasPlace> places;
  private final Path downloads;

  /**
   * @param releases that this system can use, the preferred one first
   * @param downloads the folder that the remedy installs into
   */
  CublasSearch(List<CublasRelease> releases, List<CublasPlace> places, Path downloads) {
    this.releases = releases;
    this.places = places;
    this.downloads = downloads;
  }

  static CublasSearch ofThisMachine() {
    Path downloads = NativeCache.rootOfUser().resolve("cublas");
    List<CublasRelease> releases = CublasRelease.on(CublasRelease.onWindows());
    return new CublasSearch(releases, CublasPlaces.ofThisMachine(downloads), downloads);
  }

  /**
   * A cuBLAS that is there.
   *
   * @param file of {@code release}
   */
  record Candidate(CublasRelease release, Path file) {}

  /** What is there, the best first; a file that two places lead to counts once. */
  List<Candidate> candidates() {
    List<Candidate> found = new ArrayList<>();
    List<Path> known = new ArrayList<>();
    for (CublasRelease release : releases) {
      for (CublasPlace place : places) {
        Path file = place.folder().resolve(release.file()).toAbsolutePath();
        if (Files.isReadable(file) && known.stream().noneMatch(other -> same(other, file))) {
          known.add(file);
          found.add(new Candidate(release, file));
        }
      }
    }
    return found;
  }

  private static boolean same(Path one, Path other) {
    try {
      return Files.isSameFile(one, other);
    } catch (IOException e) {
      return one.equals(other);
    }
  }

  List<CublasRelease> releases() {
    return releases;
  }

  List<CublasPlace> places() {
    return places;
  }

  /** The command that puts cuBLAS where it is looked for; needs no rights, 0.6 GB. */
  String remedy() {
    return places.size() == 1 && places.get(0).origin().endsWith(PROPERTY)
        ? "let -D" + PROPERTY + " name the folder that holds it"
        : (releases.contains(CublasRelease.CUDA_12_WINDOWS) ? "py" : "python3")
            + " -m pip install --target "
            + downloads
            + " nvidia-cublas-cu12";
  }
}
