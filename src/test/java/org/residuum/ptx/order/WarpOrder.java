package org.residuum.ptx.order;

import org.residuum.ptx.Warp;

/**
 * What the lanes of a warp know to have happened before, through fences.
 *
 * <p>A fence releases: a strong write of the same lane after it leaves what the lane did and knew
 * at the fence. A strong read collects what is left at its location, and a fence after it acquires
 * that. Barriers hand on what was released and acquired before them. The scope of the fence and of
 * both accesses must reach from writer to reader.
 */
public final class WarpOrder {
  private final Warp warp;
  private final LaneKnowledge known = new LaneKnowledge();
  private final LaneKnowledge[] released = {new LaneKnowledge(), new LaneKnowledge()};
  private final LaneKnowledge[] collected = {new LaneKnowledge(), new LaneKnowledge()};

  public WarpOrder(Warp warp) {
    this.warp = warp;
  }

  private static Scope[] upTo(Scope scope) {
    return scope == Scope.BLOCK ? new Scope[] {Scope.BLOCK} : Scope.values();
  }

  /** What strong reads before it collected is known from now on. */
  public void acquire(int mask, Scope scope) {
    for (int m = mask; m != 0; m &= m - 1) {
      int lane = Integer.numberOfTrailingZeros(m);
      for (Scope s : upTo(scope)) {
        known.add(lane, collected[s.ordinal()].sum(lane));
        collected[s.ordinal()].clear(lane);
      }
    }
  }

  /** What the lanes did and know until now goes with their strong writes after it. */
  public void release(int mask, Scope scope) {
    int clock = warp.cut();
    for (int m = mask; m != 0; m &= m - 1) {
      int lane = Integer.numberOfTrailingZeros(m);
      Knowledge now = new Knowledge();
      now.add(known.sum(lane));
      long block = warp.blockNumber();
      for (int other = 0; other < warp.known.length; other++) {
        now.add(block, other, Knowledge.ALL, warp.known[other]);
      }
      now.add(block, warp.number(), lane, clock);
      for (Scope s : upTo(scope)) {
        released[s.ordinal()].add(lane, now);
      }
    }
  }

  /** Notes a strong write, after it is made. */
  public void write(int lane, Published[] published, long location, Scope scope, boolean reads) {
    for (Scope s : upTo(scope)) {
      published[s.ordinal()].write(location, released[s.ordinal()].sum(lane), reads);
    }
  }

  /** Notes a strong read. */
  public void read(int lane, Published[] published, long location, Scope scope) {
    for (Scope s : upTo(scope)) {
      published[s.ordinal()].read(location, collected[s.ordinal()].lane(lane));
    }
  }

  /** Whether a lane knows an access of another thread; of several where {@code other} is -1. */
  public boolean knows(int lane, long block, int otherWarp, int other, int clock) {
    return known.ofAll() != null && known.ofAll().has(block, otherWarp, other, clock)
        || known.of(lane) != null && known.of(lane).has(block, otherWarp, other, clock);
  }

  /** Whether a lane has acquired all atomic accesses that were made to a location. */
  public boolean hasSeen(int lane, Published[] published, long location) {
    for (Published p : published) {
      long count = p.count(location);
      boolean ofAll = known.ofAll() != null && known.ofAll().countAt(location) == count;
      boolean ofLane = known.of(lane) != null && known.of(lane).countAt(location) == count;
      if (count > 0 && (ofAll || ofLane)) {
        return true;
      }
    }
    return false;
  }

  /** Lets lanes of warps of one block, who have met, know what each of them knew. */
  public static void meet(Warp[] warps, int[] masks) {
    Knowledge known = null;
    Knowledge[] released = new Knowledge[2];
    Knowledge[] collected = new Knowledge[2];
    for (int i = 0; i < warps.length; i++) {
      WarpOrder order = warps[i].order;
      if (masks[i] != 0 && order != null) {
        known = order.known.addTo(known, masks[i]);
        for (int s = 0; s < 2; s++) {
          released[s] = order.released[s].addTo(released[s], masks[i]);
          collected[s] = order.collected[s].addTo(collected[s], masks[i]);
        }
      }
    }
    if (known == null && released[0] == null && collected[0] == null) {
      return;
    }
    for (int i = 0; i < warps.length; i++) {
      if (masks[i] != 0) {
        WarpOrder order = warps[i].order();
        order.known.share(known);
        for (int s = 0; s < 2; s++) {
          order.released[s].share(released[s]);
          order.collected[s].share(collected[s]);
        }
      }
    }
  }
}
