package org.residuum.backend.cuda.driver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Memory that is taken and by whom. With {@code -Dresiduum.cuda.leaks=true} each entry keeps the
 * place in the code that took it.
 */
public final class AllocationLog {
  public static final String PROPERTY = "residuum.cuda.leaks";

  private record Entry(String label, long bytes, Throwable site) {}

  private final String kind;
  private final Map<Object, Entry> open = new LinkedHashMap<>();

  /**
   * An empty log.
   *
   * @param kind of the memory, for a person
   */
  public AllocationLog(String kind) {
    this.kind = kind;
  }

  /**
   * Notes it.
   *
   * @param key equal for what is taken and what is given back
   */
  public synchronized void taken(Object key, long bytes, String label) {
    Throwable site = Boolean.getBoolean(PROPERTY) ? new Throwable("taken here") : null;
    open.put(key, new Entry(label, bytes, site));
  }

  /** False where nothing is taken under that key. */
  public synchronized boolean givenBack(Object key) {
    return open.remove(key) != null;
  }

  public synchronized int count() {
    return open.size();
  }

  public synchronized long bytes() {
    return open.values().stream().mapToLong(Entry::bytes).sum();
  }

  /**
   * A line for each piece that was not given back; below it, where known, the calls that took it.
   */
  public synchronized List<String> leaks() {
    List<String> lines = new ArrayList<>();
    for (Entry entry : open.values()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%,d bytes of %s were not given back: %s%s",
              entry.bytes(),
              kind,
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
