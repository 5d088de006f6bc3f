package org.residuum.backend.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.residuum.network.OpClasses;
import org.residuum.network.op.Op;

/** The reference defines every operation there is. */
class ReferenceOpsTest {
  private static final Function<Class<? extends Op>, String> NAME = Class::getSimpleName;

  @Test
  void everyForwardOperationIsDefined() {
    TreeSet<String> defined =
        Evaluator.ops().ops().stream().map(NAME).collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        Stream.concat(OpClasses.forward().stream(), OpClasses.losses().stream())
            .map(NAME)
            .collect(Collectors.toCollection(TreeSet::new)),
        defined);
  }
}
