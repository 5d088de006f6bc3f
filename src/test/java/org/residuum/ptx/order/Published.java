package org.residuum.ptx.order;

import java.util.HashMap;
import java.util.Map;

/** What strong writes left at their locations for those who read them. */
public final class Published {
  private static final class At {
    /** Does not change; replaced where more is left. */
    Knowledge knowledge;

    Knowledge last;
    long count;
  }

  private final Map<Long, At> locations = new HashMap<>();

  /** Notes a strong write; one that also reads carries on what writes before it left. */
  void write(long location, Knowledge released, boolean alsoReads) {
    At at = locations.computeIfAbsent(location, l -> new At());
    at.count++;
    if (!alsoReads) {
      at.knowledge = null;
      at.last = null;
    }
    if (released != null && released != at.last) {
      Knowledge sum = new Knowledge();
      sum.add(at.knowledge);
      sum.add(released);
      at.knowledge = sum;
      at.last = released;
    }
  }

  /** What a strong read sees. */
  void read(long location, Knowledge into) {
    At at = locations.get(location);
    if (at != null) {
      into.addConstant(at.knowledge);
      into.addLocation(location, at.count);
    }
  }

  long count(long location) {
    At at = locations.get(location);
    return at == null ? 0 : at.count;
  }

  /** Forgets everything. */
  public void clear() {
    locations.clear();
  }
}
