package org.residuum.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Device memory that is taken and by whom. With {@code -Dresiduum.cuda.leaks=true} each entry keeps
 * the place in the code that took it.
 */
final class AllocationLog {
  private static final String PROPERTY = "residuum.cuda.leaks";

  private record Entry(String label, long bytes, Throwable site) {}

  private final Map<Long, Entry> open = new TreeMap<>();

  synchronized void taken(long address, long bytes, String label) {
    Throwable site = Boolean.getBoolean(PROPERTY) ? new Throwable("taken here") : null;
    open.put(address, new Entry(label, bytes, site));
  }

  /** False where nothing is taken at that address. */
  synchronized boolean givenBack(long address) {
    return open.remove(address) != null;
  }

  synchronized long bytes() {
    return open.values().stream().mapToLong(Entry::bytes).sum();
  }

  /**
   * A line for each piece that was not given back; below it, where known, the calls that took it.
   */
  synchronized List<String> leaks() {
    List<String> lines = new ArrayList<>();
    for (Entry entry : open.values()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d bytes of device memory were not given back: %s%s",
              entry.bytes(),
              entry.label(),
              entry.site() == null ? "; -D" + PROPERTY + "=true shows who took them" : ""));
      if (entry.site() != null) {
        for (StackTraceElement call : entry.site().getStackTrace()) {
          lines.add("  at " + call);
        }
      }
    }
    return lines;
  }
}
