package org.residuum.backend.cuda.driver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The memory that is allocated, and by whom. With {@code -Dresiduum.cuda.leaks=true} each entry
 * keeps the stack trace of its allocation.
 */
public final class AllocationLog {
  public static final String PROPERTY = "residuum.cuda.leaks";

  private record Entry(String label, long bytes, Throwable site) {}

  private final String kind;
  private final Map<Object, Entry> open = new LinkedHashMap<>();

  /**
   * An empty log.
   *
   * @param kind of memory, for messages
   */
  public AllocationLog(String kind) {
    this.kind = kind;
  }

  /**
   * Records an allocation.
   *
   * @param key equal at allocation and at release
   */
  public synchronized void allocated(Object key, long bytes, String label) {
    Throwable site = Boolean.getBoolean(PROPERTY) ? new Throwable("allocated here") : null;
    open.put(key, new Entry(label, bytes, site));
  }

  /** Records a release; false where nothing is allocated under that key. */
  public synchronized boolean freed(Object key) {
    return open.remove(key) != null;
  }

  public synchronized int count() {
    return open.size();
  }

  public synchronized long bytes() {
    return open.values().stream().mapToLong(Entry::bytes).sum();
  }

  /** A line for each allocation that was not freed; below it, where known, its stack trace. */
  public synchronized List<String> leaks() {
    List<String> lines = new ArrayList<>();
    for (Entry entry : open.values()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d bytes of %s were not freed: %s%s",
              entry.bytes(),
              kind,
              entry.label(),
              entry.site() == null ? "; -D" + PROPERTY + "=true shows who allocated them" : ""));
      if (entry.site() != null) {
        for (StackTraceElement call : entry.site().getStackTrace()) {
          lines.add("  at " + call);
        }
      }
    }
    return lines;
  }
}
