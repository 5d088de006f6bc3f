package org.residuum.data.load;

import java.util.ArrayList;
import java.util.List;
import org.residuum.data.Dataset;
import org.residuum.data.prepare.SplitMix;

/**
 * The order of an epoch in which each class that has examples comes equally often, to within one: a
 * class of few examples repeats them all before one comes again, of one with many some are left
 * out.
 */
final class BalancedOrder {
  private static final long CLASSES = 1;
  private static final long EXAMPLES = 2;

  /** The examples of each class that has some. */
  private final List<int[]> classes;

  BalancedOrder(Dataset dataset) {
    List<List<Integer>> members = new ArrayList<>();
    dataset.labels().forEach(label -> members.add(new ArrayList<>()));
    for (int i = 0; i < dataset.size(); i++) {
      members.get(dataset.label(i)).add(i);
    }
    classes =
        members.stream()
            .filter(some -> !some.isEmpty())
            .map(some -> some.stream().mapToInt(Integer::intValue).toArray())
            .toList();
  }

  /** Fills an order, drawn from a key. */
  void fill(int[] order, long key) {
    int[] places = new int[order.length];
    SplitMix.shuffle(places, SplitMix.at(key, CLASSES));
    int[] turn = new int[classes.size()];
    SplitMix.shuffle(turn, SplitMix.at(key, 0));
    for (int k = 0; k < classes.size(); k++) {
      fill(order, places, turn[k], classes.get(k), SplitMix.at(SplitMix.at(key, EXAMPLES), k));
    }
  }

  /** Puts a class into the places of each round through all classes that are its turn. */
  private void fill(int[] order, int[] places, int turn, int[] members, long key) {
    int[] shuffled = new int[members.length];
    int taken = 0;
    for (int i = turn; i < places.length; i += classes.size()) {
      if (taken % members.length == 0) {
        SplitMix.shuffle(shuffled, SplitMix.at(key, taken / members.length));
      }
      order[places[i]] = members[shuffled[taken % members.length]];
      taken++;
    }
  }
}
