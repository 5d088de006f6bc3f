package org.residuum.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A few of the changes that {@code scripts/mutate-host} makes, as a proof that the checks see. */
final class HostMutantsTest {
  @TestFactory
  Stream<DynamicTest> changedHostCodeIsNoticed() {
    StandInBuild.assumeCompiler();
    return HostMutants.sample().stream()
        .map(
            mutant ->
                DynamicTest.dynamicTest(
                    mutant.toString(), () -> assertFalse(HostMutants.noticed(mutant).isEmpty())));
  }
}
