package org.residuum.ptx.order;

import java.util.HashMap;
import java.util.Map;

/**
 * Accesses that happened before: for lanes of warps of blocks, all up to a clock; and locations all
 * of whose atomic accesses up to a count were seen.
 */
final class Knowledge {
  /** Stands for all lanes of a warp. */
  static final int ALL = -1;

  private final Map<Long, Integer> clocks = new HashMap<>();
  private final Map<Long, Long> locations = new HashMap<>();

  /** What was taken over last, and does not change any more. */
  private Knowledge last;

  private static long key(long block, int warp, int lane) {
    return block << 12 | (long) warp << 6 | lane + 1;
  }

  void add(long block, int warp, int lane, int clock) {
    clocks.merge(key(block, warp, lane), clock, Math::max);
  }

  void addLocation(long location, long count) {
    locations.merge(location, count, Math::max);
  }

  /** Takes over what another knows; null knows nothing. */
  void add(Knowledge other) {
    if (other != null && other != this) {
      other.clocks.forEach((key, clock) -> clocks.merge(key, clock, Math::max));
      other.locations.forEach((key, count) -> locations.merge(key, count, Math::max));
    }
  }

  /** Takes over what another knows, which does not change from now on. */
  void addConstant(Knowledge other) {
    if (other != last) {
      add(other);
      last = other;
    }
  }

  /** Whether it knows an access by a lane, or by several lanes, which {@link #ALL} stands for. */
  boolean has(long block, int warp, int lane, int clock) {
    return has(key(block, warp, ALL), clock) || lane != ALL && has(key(block, warp, lane), clock);
  }

  private boolean has(long key, int clock) {
    Integer known = clocks.get(key);
    return known != null && known >= clock;
  }

  long countAt(long location) {
    return locations.getOrDefault(location, 0L);
  }
}
