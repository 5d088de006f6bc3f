package org.residuum;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Finds real data for tests; where it is missing the test is skipped, saying what was missing. */
public final class TestData {
  private TestData() {}

  /** A file or folder below the system property {@code residuum.data}. */
  public static Path find(String relative) {
    Path path = Path.of(System.getProperty("residuum.data", "../shared/data"), relative);
    if (!Files.exists(path)) {
      String missing = "no real data at " + path.toAbsolutePath() + ", set -Dresiduum.data";
      if (Boolean.getBoolean("residuum.requireData")) {
        fail(missing);
      }
      Assumptions.abort(missing);
    }
    return path;
  }
}
