package org.residuum.plan;

import java.util.function.Function;
import org.residuum.network.ElementType;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;

/** Says of each value in which type it is stored. */
public final class ElementTypes {
  private ElementTypes() {}

  /** The same network with values of the given types. */
  public static Network apply(Network network, Function<Value, ElementType> types) {
    Rewriter rewriter = new Rewriter(network, types);
    for (Node node : network.nodes()) {
      rewriter.copy(node);
    }
    return rewriter.build();
  }
}
