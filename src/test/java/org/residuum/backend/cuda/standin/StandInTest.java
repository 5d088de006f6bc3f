package org.residuum.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The classes that talk to CUDA, executed through JCuda's own natives against a driver and a cuBLAS
 * that are built here.
 */
final class StandInTest {
  /** With cuBLAS 12 and two GPUs. */
  @TestFactory
  Stream<DynamicTest> checksPassOnTheStandIn() throws Exception {
    return pass(StandInProcess.with("12").setting("DEVICES", 2), name -> true);
  }

  /**
   * With cuBLAS 13, for which JCuda's native library is changed: dense layers, and convolutions of
   * all kinds, grouped ones too. Other networks have no other calls.
   */
  @TestFactory
  Stream<DynamicTest> networksPassWithCublas13() throws Exception {
    return pass(
        StandInProcess.with("13"),
        name -> name.startsWith("PyTorch's mlp") || name.startsWith("PyTorch's bottleneck"));
  }

  private static Stream<DynamicTest> pass(StandInProcess process, Predicate<String> wanted)
      throws Exception {
    StandInBuild.assumeCompiler();
    List<String> names = StandInChecks.all().keySet().stream().filter(wanted).toList();
    Map<String, String> results = process.run(names);
    return names.stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> assertEquals("", results.get(name))));
  }
}
