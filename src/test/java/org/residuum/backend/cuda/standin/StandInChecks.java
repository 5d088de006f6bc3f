package org.residuum.backend.cuda.standin;

import java.util.LinkedHashMap;
import java.util.Map;

/** What runs on the stand-in, each by its name. */
final class StandInChecks {
  /** Throws where something is wrong. */
  @FunctionalInterface
  interface Check {
    void run() throws Exception;
  }

  private StandInChecks() {}

  /** Those that any process can run, and those for a process that is set up for them. */
  static Map<String, Check> known() {
    Map<String, Check> checks = all();
    LaunchChecks.addBlocking(checks);
    return checks;
  }

  static Map<String, Check> all() {
    Map<String, Check> checks = new LinkedHashMap<>();
    CaptureRuleChecks.add(checks);
    CallRuleChecks.add(checks);
    LaunchChecks.add(checks);
    FailureChecks.add(checks);
    ProductChecks.add(checks);
    NetworkChecks.add(checks);
    GraphChecks.add(checks);
    return checks;
  }
}
