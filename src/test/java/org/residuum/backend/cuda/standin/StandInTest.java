package org.residuum.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The classes that talk to CUDA, executed through JCuda's own natives against a driver and a cuBLAS
 * that are built here.
 */
final class StandInTest {
  @TestFactory
  Stream<DynamicTest> checksPassOnTheStandIn() throws Exception {
    StandInBuild.assumeCompiler();
    StandInProcess process = StandInProcess.with("12");
    List<String> names = List.copyOf(StandInChecks.all().keySet());
    var results = process.run(names);
    return names.stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> assertEquals("", results.get(name))));
  }
}
