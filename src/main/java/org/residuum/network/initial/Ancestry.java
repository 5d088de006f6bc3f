package org.residuum.network.initial;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.residuum.network.Node;
import org.residuum.network.Value;

/** What two values come from: nodes of the first alone, of the second alone, and of both. */
final class Ancestry {
  static final int FIRST = 1;
  static final int SECOND = 2;

  /**
   * A value on the way back.
   *
   * @param of whose ancestor it is, {@link #FIRST} and {@link #SECOND} as bits
   * @param layers the most convolutions and dense layers between it and them
   */
  private record Mark(Value value, int of, int layers) {
    Mark and(Mark other) {
      return new Mark(value, of | other.of, Math.max(layers, other.layers));
    }

    boolean isShared() {
      return of == (FIRST | SECOND);
    }
  }

  private final Map<Value, Node> makers;

  /** By number, so that the last one comes after all that read it. */
  private final TreeMap<Integer, Mark> open = new TreeMap<>();

  private final Map<Value, Node> ownOfFirst = new LinkedHashMap<>();
  private final Map<Value, Node> ownOfSecond = new LinkedHashMap<>();
  private int layersOfFirst;
  private int layersOfSecond;
  private int unshared;

  Ancestry(Map<Value, Node> makers, Value first, Value second) {
    this.makers = makers;
    mark(new Mark(first, FIRST, 0));
    mark(new Mark(second, SECOND, 0));
    while (unshared > 0) {
      goBack(open.pollLastEntry().getValue());
    }
  }

  private void mark(Mark mark) {
    Mark before = open.get(mark.value.id());
    Mark now = before == null ? mark : before.and(mark);
    open.put(mark.value.id(), now);
    unshared += (now.isShared() ? 0 : 1) - (before == null || before.isShared() ? 0 : 1);
  }

  private void goBack(Mark mark) {
    Node node = makers.get(mark.value);
    int layers = mark.layers + (ResidualBranches.isLayer(node) ? 1 : 0);
    if (!mark.isShared()) {
      unshared--;
      take(mark, node, layers);
    }
    node.inputs().forEach(input -> mark(new Mark(input, mark.of, layers)));
  }

  private void take(Mark mark, Node node, int layers) {
    if (mark.of == FIRST) {
      ownOfFirst.put(mark.value, node);
      layersOfFirst = Math.max(layersOfFirst, layers);
    } else {
      ownOfSecond.put(mark.value, node);
      layersOfSecond = Math.max(layersOfSecond, layers);
    }
  }

  /** The values of one alone with the nodes that make them. */
  Map<Value, Node> own(int of) {
    return of == FIRST ? ownOfFirst : ownOfSecond;
  }

  /** The most convolutions and dense layers on a way from one to what it shares. */
  int layers(int of) {
    return of == FIRST ? layersOfFirst : layersOfSecond;
  }
}
