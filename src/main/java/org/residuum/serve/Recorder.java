package org.residuum.serve;

import java.util.List;
import java.util.function.Supplier;
import org.residuum.backend.Plan;

/** Flight Recorder's events; nothing where the Java runtime has no {@code jdk.jfr}. */
public final class Recorder {
  private static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private Recorder() {}

  /** Runs a batch as an event. */
  static List<float[]> batch(
      String device, List<Request> requests, int size, int depth, Supplier<List<float[]>> run) {
    return PRESENT ? Events.batch(device, requests, size, depth, run) : run.get();
  }

  /** Compiles as an event. */
  public static List<Plan> compile(
      String device, Head head, List<Integer> sizes, Supplier<List<Plan>> compile) {
    return PRESENT ? Events.compile(device, head, sizes, compile) : compile.get();
  }

  /** Loaded only where the classes of events can be. */
  private static final class Events {
    static List<float[]> batch(
        String device, List<Request> requests, int size, int depth, Supplier<List<float[]>> run) {
      BatchEvent event = new BatchEvent();
      event.device = device;
      event.output = requests.get(0).head().name();
      event.examples = requests.size();
      event.batchSize = size;
      event.longestWait = System.nanoTime() - requests.get(0).ready();
      event.queueDepth = depth;
      event.failed = true;
      event.begin();
      try {
        List<float[]> rows = run.get();
        event.failed = false;
        return rows;
      } finally {
        event.commit();
      }
    }

    static List<Plan> compile(
        String device, Head head, List<Integer> sizes, Supplier<List<Plan>> compile) {
      CompileEvent event = new CompileEvent();
      event.device = device;
      event.output = head.name();
      event.batchSizes = sizes.toString();
      event.begin();
      try {
        return compile.get();
      } finally {
        event.commit();
      }
    }
  }
}
