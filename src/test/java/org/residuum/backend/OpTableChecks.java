package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.residuum.backend.lower.OpTable;
import org.residuum.network.Node;
import org.residuum.network.OpClasses;
import org.residuum.network.gradient.InputGradient;
import org.residuum.network.gradient.JointGradient;
import org.residuum.network.gradient.LossGradient;
import org.residuum.network.gradient.WeightGradient;
import org.residuum.network.op.Op;
import org.residuum.plan.Gradients;

/** Whether a backend's table is complete. */
public final class OpTableChecks {
  /** Nodes of these find the rules of the op that they are the gradient of. */
  private static final Set<Class<? extends Op>> OF_OTHERS =
      Set.of(InputGradient.class, WeightGradient.class, JointGradient.class, LossGradient.class);

  private OpTableChecks() {}

  /** Fails unless the table has rules for every op and for every gradient of the op cases. */
  public static void requireComplete(OpTable<?> table) {
    Set<String> expected = names(OpClasses.forward());
    expected.addAll(names(OpClasses.losses()));
    expected.addAll(names(OpClasses.backward()));
    expected.removeAll(names(OF_OTHERS));
    assertEquals(expected, names(table.ops()));
    List<String> unknown =
        OpCases.learning()
            .flatMap(row -> Gradients.of(row.between(), row.loss()).nodes().stream())
            .map(Node::op)
            .filter(op -> !table.knows(op))
            .map(Op::label)
            .distinct()
            .toList();
    assertEquals(List.of(), unknown, "operations of training networks");
  }

  /** Fails unless the op cases have every op. */
  static void requireCasesOfAll() {
    Set<String> inCases =
        OpCases.all().stream()
            .flatMap(
                row ->
                    Stream.concat(
                        row.alone().nodes().stream().map(Node::op), Stream.of(row.loss())))
            .map(op -> op.getClass().getSimpleName())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> missing = names(OpClasses.forward());
    missing.addAll(names(OpClasses.losses()));
    missing.removeAll(inCases);
    assertEquals(Set.of(), missing);
  }

  private static Set<String> names(Collection<Class<? extends Op>> ops) {
    return ops.stream().map(Class::getSimpleName).collect(Collectors.toCollection(TreeSet::new));
  }
}
