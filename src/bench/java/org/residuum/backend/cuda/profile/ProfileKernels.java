package org.residuum.backend.cuda.profile;

import java.io.PrintStream;

/** Computes what {@code scripts/profile-kernels} prints. */
public final class ProfileKernels {
  private ProfileKernels() {}

  public static void main(String[] words) {
    System.exit(run(System.out, System.err, words));
  }

  static int run(PrintStream out, PrintStream err, String... words) {
    try {
      ProfileOptions options = ProfileOptions.parse(words);
      new ProfileTable(options, out).print(new Profiler(options).rows());
      return 0;
    } catch (IllegalArgumentException e) {
      err.println("profile-kernels: " + e.getMessage());
      return 2;
    } catch (RuntimeException e) {
      err.println("profile-kernels: " + e);
      return 1;
    }
  }
}
