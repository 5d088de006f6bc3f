package org.residuum;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Real data and models, in the folder that the system property {@code residuum.data} names. */
public final class TestData {
  private TestData() {}

  /** The path of a file there; without it the test is skipped, or fails where data are required. */
  public static Path find(String relative) {
    Path path = Path.of(System.getProperty("residuum.data", "../shared/data"), relative);
    if (!Files.exists(path)) {
      String message = "no real data at " + path + ", set -Dresiduum.data";
      if (Boolean.getBoolean("residuum.requireData")) {
        fail(message);
      }
      Assumptions.abort(message);
    }
    return path;
  }
}
