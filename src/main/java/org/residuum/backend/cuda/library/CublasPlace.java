package org.residuum.backend.cuda.library;

import java.nio.file.Path;

/**
 * A folder in which cuBLAS is looked for.
 *
 * @param origin who named it: a variable, the dynamic linker's cache, a custom
 */
record CublasPlace(String origin, Path folder) {
  @Override
  public String toString() {
    return origin + ": " + folder;
  }
}
