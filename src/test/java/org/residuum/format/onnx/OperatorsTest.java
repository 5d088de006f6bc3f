package org.residuum.format.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.residuum.network.OpClasses;
import org.residuum.network.op.Input;
import org.residuum.network.op.Op;

/** Every operation of a network that infers can be written. */
class OperatorsTest {
  @Test
  void everyOperationOfInferenceCanBeWritten() {
    Set<Class<? extends Op>> expected = new HashSet<>(OpClasses.forward());
    expected.remove(Input.class); // An input of the graph, no node.
    assertEquals(expected, Operators.written());
  }
}
