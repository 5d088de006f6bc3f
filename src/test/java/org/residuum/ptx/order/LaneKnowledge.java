package org.residuum.ptx.order;

import org.residuum.ptx.Warp;

/** What all lanes of a warp know, and what each knows beyond that. */
final class LaneKnowledge {
  private Knowledge all;
  private final Knowledge[] lanes = new Knowledge[Warp.LANES];
  private final Knowledge[] sums = new Knowledge[Warp.LANES];

  Knowledge ofAll() {
    return all;
  }

  Knowledge of(int lane) {
    return lanes[lane];
  }

  void add(int lane, Knowledge more) {
    if (more != null) {
      lane(lane).add(more);
    }
  }

  Knowledge lane(int lane) {
    if (lanes[lane] == null) {
      lanes[lane] = new Knowledge();
    }
    sums[lane] = null;
    return lanes[lane];
  }

  /** What a lane knows in all, as a copy that stays as it is; null for nothing. */
  Knowledge sum(int lane) {
    if (all == null && lanes[lane] == null) {
      return null;
    }
    if (sums[lane] == null) {
      sums[lane] = new Knowledge();
      sums[lane].add(all);
      sums[lane].add(lanes[lane]);
    }
    return sums[lane];
  }

  void clear(int lane) {
    lanes[lane] = null;
    sums[lane] = null;
  }

  /** Adds what the lanes of a mask know, and what all know, to {@code sum}. */
  Knowledge addTo(Knowledge sum, int mask) {
    Knowledge into = sum;
    for (int l = 0; l < Warp.LANES; l++) {
      if ((mask >>> l & 1) != 0 && lanes[l] != null) {
        into = into == null ? new Knowledge() : into;
        into.add(lanes[l]);
      }
    }
    if (all != null) {
      into = into == null ? new Knowledge() : into;
      into.add(all);
    }
    return into;
  }

  /** Lets all lanes know something. */
  void share(Knowledge more) {
    if (more != null) {
      all = all == null ? new Knowledge() : all;
      all.add(more);
      java.util.Arrays.fill(sums, null);
    }
  }
}
