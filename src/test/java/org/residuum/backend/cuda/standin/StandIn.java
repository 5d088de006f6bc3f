package org.residuum.backend.cuda.standin;

import java.util.Locale;

/** What the stand-in driver of this process is told and asked; src/test/c/log.c answers. */
public final class StandIn {
  /** When streams work; the order is that of the C code. */
  enum Mode {
    /** When somebody waits, so that a missing wait shows. */
    LATE,
    /** As soon as their events allow, on a thread of the stand-in's. */
    EARLY,
    /** Never: launches are recorded, copies do nothing. */
    RECORD
  }

  /** What is counted; the order is that of the C code. */
  enum Counter {
    LAUNCHES,
    PRODUCTS,
    WAITS,
    GRAPH_LAUNCHES,
    CAPTURES,
    COPIES_TO_DEVICE,
    COPIES_TO_HOST,
    BYTES_TO_DEVICE,
    BYTES_TO_HOST,
    FILLS_AND_COPIES,
    ALLOCATIONS,
    DEFAULT_WORKSPACES,
    OPEN_MEMORY,
    OPEN_BYTES,
    OPEN_LOCKED,
    OPEN_STREAMS,
    OPEN_EVENTS,
    OPEN_GRAPHS,
    OPEN_MODULES,
    OPEN_HANDLES,
    STREAMS_MADE,
    EVENTS_MADE,
    /** Allocations that went with their context. */
    LOST
  }

  static final long DEVICE_BYTES = 64L << 30;
  static final long HOST_BYTES = 1L << 40;

  static {
    System.load(System.getProperty("residuum.standin") + "/libcuda.so.1");
  }

  private StandIn() {}

  static void run(Mode mode) {
    mode(mode.ordinal());
  }

  static long count(Counter counter) {
    return count(counter.ordinal());
  }

  /** Launches, products and the like so far, a word a counter that is not zero. */
  static String counts() {
    StringBuilder text = new StringBuilder();
    for (Counter counter : Counter.values()) {
      if (count(counter) != 0) {
        text.append(counter.name().toLowerCase(Locale.ROOT)).append(' ').append(count(counter));
        text.append(", ");
      }
    }
    return text.toString();
  }

  /** What is open on the device or locked on the host: nothing where all was closed. */
  static String open() {
    return String.format(
        "%d allocations, %d locked, %d streams, %d events, %d graphs, %d modules, %d handles",
        count(Counter.OPEN_MEMORY) + count(Counter.LOST),
        count(Counter.OPEN_LOCKED),
        count(Counter.OPEN_STREAMS),
        count(Counter.OPEN_EVENTS),
        count(Counter.OPEN_GRAPHS),
        count(Counter.OPEN_MODULES),
        count(Counter.OPEN_HANDLES));
  }

  /** The memory that there is; where {@code failing} is n > 0, the nth allocation fails. */
  static native void memory(long deviceBytes, long hostBytes, long failing);

  /** Whether launches are recorded, in every mode. */
  static native void recording(boolean on);

  /** A line a launch since the last call: entry, grid, block, argument bytes in hex. */
  static native String launches();

  /** The fault of a kernel that made the error that stays. */
  static native String fault();

  /** Ends a process's use of a GPU after a fault, as the end of the process does. */
  static native void restart();

  private static native void mode(int mode);

  private static native long count(int counter);
}
