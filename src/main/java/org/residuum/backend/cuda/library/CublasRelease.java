package org.residuum.backend.cuda.library;

import java.util.List;

/** A major release of cuBLAS for an operating system; the preferred one comes first. */
enum CublasRelease {
  /** What JCuda 12.6 was made for. */
  CUDA_12("libcublas.so.12", "libcublasLt.so.12"),
  /** Has every function that JCuda 12.6 asks for, under version names of its own. */
  CUDA_13("libcublas.so.13", "libcublasLt.so.13"),
  /** On Windows no other binds to JCuda's library. */
  CUDA_12_WINDOWS("cublas64_12.dll", "cublasLt64_12.dll");

  private final String file;
  private final String ltFile;

  CublasRelease(String file, String ltFile) {
    this.file = file;
    this.ltFile = ltFile;
  }

  /** Those of Windows or of Linux. */
  static List<CublasRelease> on(boolean windows) {
    return windows ? List.of(CUDA_12_WINDOWS) : List.of(CUDA_12, CUDA_13);
  }

  static boolean onWindows() {
    return System.getProperty("os.name").startsWith("Windows");
  }

  String file() {
    return file;
  }

  /** The library beside it that does the work and that it needs. */
  String ltFile() {
    return ltFile;
  }

  /** JCublas2's native library, made to ask for this release. */
  byte[] adapt(byte[] library) {
    return this != CUDA_13 ? library : ElfPatch.rename(library, CUDA_12.file, file);
  }
}
