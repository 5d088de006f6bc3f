package org.residuum.backend.cuda.standin;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** Runs checks on the stand-in in a JVM of its own, since a loaded library stays. */
final class StandInChild {
  /** Before the result of each check. */
  static final String PASSED = "passed ";

  static final String FAILED = "failed ";

  private StandInChild() {}

  /** {@code CHECK...}: each one's result on a line; in brief, up to the first that fails. */
  public static void main(String[] args) {
    Map<String, StandInChecks.Check> checks = StandInChecks.known();
    PrintStream out = System.out;
    for (String name : List.of(args)) {
      long began = System.nanoTime();
      try {
        checks.get(name).run();
        out.printf("%s%s (%d ms)%n", PASSED, name, (System.nanoTime() - began) / 1_000_000);
      } catch (Throwable e) {
        out.println(FAILED + name + ": " + e);
        e.printStackTrace(out);
        if (Boolean.getBoolean("residuum.standin.brief")) {
          System.exit(1);
        }
      }
    }
  }
}
