package org.residuum.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.op.Reshape;

/**
 * Places each value of a network in one arena, so that values whose lifetimes overlap do not share
 * bytes. Largest first, each at the lowest offset that is free for its whole lifetime (Pisarchyk
 * and Lee 2020, greedy by size). Inputs and outputs live through the whole run; a reshaped value
 * lies where its source lies.
 */
public final class MemoryPlan {
  /** Every offset is a multiple of this many bytes: a cache line, and the widest vector. */
  public static final int ALIGNMENT = 64;

  /**
   * A run of bytes of the arena and the steps through which it is taken.
   *
   * @param firstStep the index of the node that writes it
   * @param lastStep the index of the last node that reads it
   */
  public record Slot(Value value, long offset, long bytes, int firstStep, int lastStep) {
    boolean overlaps(Slot other) {
      return firstStep <= other.lastStep && other.firstStep <= lastStep;
    }

    long end() {
      return offset + bytes;
    }
  }

  private final Map<Integer, Slot> slots;
  private final Lifetimes lifetimes;
  private final long arenaBytes;
  private final long largestLiveBytes;

  private MemoryPlan(
      Map<Integer, Slot> slots, Lifetimes lifetimes, long arenaBytes, long largestLiveBytes) {
    this.slots = slots;
    this.lifetimes = lifetimes;
    this.arenaBytes = arenaBytes;
    this.largestLiveBytes = largestLiveBytes;
  }

  /** Bytes of the whole arena. */
  public long arenaBytes() {
    return arenaBytes;
  }

  /** The most bytes alive at one step: no arena can be smaller. */
  public long largestLiveBytes() {
    return largestLiveBytes;
  }

  /** Whether the value lies in the arena; one of size 0 does not. */
  public boolean holds(Value value) {
    return slots.containsKey(value.id());
  }

  /** The bytes that a value has, alone or together with others; null for one it does not hold. */
  public Slot slot(Value value) {
    return slots.get(value.id());
  }

  /** Where a value lies, in bytes from the start of the arena; 0 for one that it does not hold. */
  public long offset(Value value) {
    return holds(value) ? slots.get(value.id()).offset() : 0;
  }

  /** The input whose bytes the node's first output takes over, or null. */
  public Value overwritten(Node node) {
    return lifetimes.overwritten(node.output());
  }

  /**
   * A plan for values that are all held in the arena.
   *
   * @param bytes the size of a value
   */
  public static MemoryPlan of(Network network, ToLongFunction<Value> bytes) {
    return of(network, bytes, Sharing.RESHAPES);
  }

  /**
   * A plan for the values that have a size.
   *
   * @param bytes the size of a value; 0 for one that is kept outside the arena
   * @param sharing which outputs take over the bytes of an input
   */
  public static MemoryPlan of(Network network, ToLongFunction<Value> bytes, Sharing sharing) {
    Lifetimes lifetimes = new Lifetimes(network, sharing);
    List<Slot> wanted = wanted(lifetimes, bytes);
    wanted.sort(Comparator.comparingLong(Slot::bytes).reversed().thenComparing(Slot::firstStep));
    List<Slot> placed = new ArrayList<>();
    wanted.forEach(slot -> placed.add(place(slot, placed)));
    Map<Integer, Slot> byValue = new HashMap<>();
    for (Slot slot : placed) {
      lifetimes.members(slot.value()).forEach(value -> byValue.put(value.id(), slot));
    }
    long arena = placed.stream().mapToLong(Slot::end).max().orElse(0);
    return new MemoryPlan(byValue, lifetimes, arena, largestLive(network.nodes().size(), placed));
  }

  /** The most bytes alive at one step where only reshapes share bytes, without placing anything. */
  static long largestLiveBytes(Network network, ToLongFunction<Value> bytes) {
    List<Slot> slots = wanted(new Lifetimes(network, Sharing.RESHAPES), bytes);
    return largestLive(network.nodes().size(), slots);
  }

  /** The values that need bytes, not placed yet. */
  private static List<Slot> wanted(Lifetimes lifetimes, ToLongFunction<Value> bytes) {
    List<Slot> wanted = new ArrayList<>();
    for (Value root : lifetimes.roots()) {
      long size = lifetimes.members(root).stream().mapToLong(bytes).max().orElse(0);
      if (size > 0) {
        wanted.add(new Slot(root, 0, align(size), lifetimes.first(root), lifetimes.last(root)));
      }
    }
    return wanted;
  }

  private static Slot place(Slot slot, List<Slot> placed) {
    long offset = 0;
    List<Slot> rivals =
        placed.stream()
            .filter(slot::overlaps)
            .sorted(Comparator.comparingLong(Slot::offset))
            .toList();
    for (Slot rival : rivals) {
      if (rival.offset() - offset >= slot.bytes()) {
        break;
      }
      offset = Math.max(offset, rival.end());
    }
    return new Slot(slot.value(), offset, slot.bytes(), slot.firstStep(), slot.lastStep());
  }

  private static long largestLive(int steps, List<Slot> slots) {
    long[] change = new long[steps + 1];
    for (Slot slot : slots) {
      change[slot.firstStep()] += slot.bytes();
      change[slot.lastStep() + 1] -= slot.bytes();
    }
    long live = 0;
    long largest = 0;
    for (int step = 0; step < steps; step++) {
      live += change[step];
      largest = Math.max(largest, live);
    }
    return largest;
  }

  private static long live(int step, List<Slot> placed) {
    return placed.stream()
        .filter(slot -> slot.firstStep() <= step && step <= slot.lastStep())
        .mapToLong(Slot::bytes)
        .sum();
  }

  /** Bytes alive while a node runs. */
  public long liveBytes(int step) {
    return live(step, slots.values().stream().distinct().toList());
  }

  private static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** The arena's size, then a line a slot in order of time. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "arena %,d bytes, largest live set %,d bytes, ratio %.3f",
                arenaBytes,
                largestLiveBytes,
                largestLiveBytes == 0 ? 1.0 : (double) arenaBytes / largestLiveBytes));
    slots.values().stream()
        .distinct()
        .sorted(Comparator.comparingInt(Slot::firstStep))
        .forEach(slot -> text.append('\n').append(line(slot)));
    return text.append('\n').toString();
  }

  private static String line(Slot slot) {
    return String.format(
        Locale.ROOT,
        "  steps %4d..%-4d  bytes %,14d..%-,14d  %s",
        slot.firstStep(),
        slot.lastStep(),
        slot.offset(),
        slot.end(),
        slot.value().name());
  }

  /** Which output of a node takes over the bytes of which input. */
  @FunctionalInterface
  public interface Sharing {
    /** Only reshapes, which move nothing. */
    Sharing RESHAPES =
        (node, diesHere) -> node.op() instanceof Reshape ? node.inputs().get(0) : null;

    /**
     * The input whose bytes the node's first output takes over, or null.
     *
     * @param diesHere whether a value is read by no later node and is no input or output of the
     *     network
     */
    Value source(Node node, Predicate<Value> diesHere);
  }
}
