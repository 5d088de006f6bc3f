package org.residuum.backend.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.residuum.network.Node;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.op.Activate;
import org.residuum.network.op.Activation;
import org.residuum.network.op.Add;
import org.residuum.network.op.Op;
import org.residuum.network.op.Softmax;

/** Nodes find the rules of their op, gradients those of the op they belong to. */
class OpTableTest {
  private static final Shape ROW = Shape.batch(4);
  private static final Op RELU = new Activate(Activation.RELU);

  private final Value a = new Value(0, "a", ROW);
  private final Value b = new Value(1, "b", ROW);
  private final List<String> steps = new ArrayList<>();
  private final OpTable<List<String>> table = new OpTable<>("test");

  OpTableTest() {
    table
        .add(Activate.class)
        .forward((to, node, op) -> to.add(node.name() + " " + op.activation()))
        .inputGradient((to, node, op) -> to.add(node.name() + " d" + op.activation()))
        .inPlace(InPlace.input(0))
        .inputGradientInPlace(InPlace.lastInput());
    table.add(Add.class).forward((to, node, op) -> to.add("sum")).inPlace(InPlace.addend(1));
  }

  private Node node(Op op, Value... inputs) {
    return new Node("n", op, List.of(inputs), List.of(), List.of(new Value(2, "y", ROW)));
  }

  @Test
  void nodesFindTheRulesOfTheirOp() {
    table.lower(node(RELU, a), steps);
    table.lower(node(new InputGradient(RELU, ROW), a, b), steps);
    assertEquals(List.of("n relu", "n drelu"), steps);
  }

  @Test
  void whatHasNoRuleIsNamed() {
    assertFalse(table.knows(new Softmax()));
    assertFalse(table.knows(new InputGradient(new Add(Activation.NONE), ROW)));
    assertTrue(table.knows(RELU));
    Node softmax = node(new Softmax(), a);
    String message =
        assertThrows(IllegalArgumentException.class, () -> table.lower(softmax, steps))
            .getMessage();
    assertEquals("node n: the test backend does not know softmax", message);
  }

  @Test
  void anOpHasOneHome() {
    assertThrows(IllegalStateException.class, () -> table.add(Add.class));
  }

  @Test
  void resultsOverwriteWhatIsFree() {
    assertEquals(a, table.overwritten(node(RELU, a), free -> true));
    assertNull(table.overwritten(node(RELU, a), free -> false));
    assertEquals(b, table.overwritten(node(new InputGradient(RELU, ROW), a, b), free -> true));
  }

  @Test
  void anAddendThatIsAlsoAnotherInputIsKept() {
    Op add = new Add(Activation.NONE);
    assertEquals(b, table.overwritten(node(add, a, b), free -> true));
    assertNull(table.overwritten(node(add, a, a), free -> true));
  }
}
