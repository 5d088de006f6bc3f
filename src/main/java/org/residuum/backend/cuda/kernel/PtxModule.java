package org.residuum.backend.cuda.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.residuum.backend.Precision;
import org.residuum.network.ElementType;

/** A PTX module of {@code cuda/ptx}, compiled by {@code scripts/build-kernels}. */
public enum PtxModule {
  /** fp32 activations, losses, optimisers; from sm_75 (Turing) on. */
  BASELINE("baseline.ptx", 75),
  /** bf16 activations and casts; from sm_80 (Ampere) on. */
  SM80("sm80.ptx", 80);

  /** The architectures that CI assembles for. */
  public static final List<Integer> ARCHITECTURES = List.of(75, 80, 86, 89, 90);

  /** The folder of the modules on the class path. */
  private static final String FOLDER = "/org/residuum/backend/cuda/";

  private final String file;
  private final int minimumArchitecture;

  PtxModule(String file, int minimumArchitecture) {
    this.file = file;
    this.minimumArchitecture = minimumArchitecture;
  }

  public String file() {
    return file;
  }

  /** The least compute capability that can load this module, as 10 · major + minor. */
  public int minimumArchitecture() {
    return minimumArchitecture;
  }

  /** The module that a precision needs beside the baseline. */
  public static PtxModule of(Precision precision) {
    return precision == Precision.FP32 ? BASELINE : SM80;
  }

  /** The module of the kernels for a storage type. */
  public static PtxModule of(ElementType storage) {
    return storage == ElementType.F32 ? BASELINE : SM80;
  }

  /** The PTX text, from the class path. */
  public String source() {
    try (InputStream in = PtxModule.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalStateException(
            "PTX module " + FOLDER + file + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException("PTX module " + file + " could not be read", e);
    }
  }
}
