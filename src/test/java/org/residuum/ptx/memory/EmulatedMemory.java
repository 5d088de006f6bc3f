package org.residuum.ptx.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.residuum.ptx.PtxFault;

/**
 * Device memory of the interpreter: allocations with 64-bit addresses, unmapped bytes on both sides
 * of each, and a note for every byte whether anybody wrote it. Pages come into being when touched,
 * so that an allocation of many gigabytes costs what is used of it. Addresses are never used twice,
 * so that a use after {@link #free} is caught.
 */
public final class EmulatedMemory {
  private static final long FIRST = 0x10_0000_0000L;
  private static final long ALIGNMENT = 256;
  private static final long RED_ZONE = 4096;

  private volatile Allocation[] allocations = {};
  private final List<Allocation> freed = new ArrayList<>();
  private long next = FIRST;
  private long bytesInUse;

  /** Reserves {@code bytes} unwritten bytes, aligned to 256; {@code label} names them in faults. */
  public long allocate(long bytes, String label) {
    return allocate(bytes, label, false).base;
  }

  public synchronized Allocation allocate(long bytes, String label, boolean readOnly) {
    if (bytes < 0) {
      throw new IllegalArgumentException(
          "allocate " + bytes + " bytes for '" + label + "': negative");
    }
    Allocation allocation = new Allocation(next, bytes, label, readOnly);
    next = next + bytes + RED_ZONE + ALIGNMENT - 1 & -ALIGNMENT;
    Allocation[] longer = Arrays.copyOf(allocations, allocations.length + 1);
    longer[longer.length - 1] = allocation;
    allocations = longer;
    bytesInUse += bytes;
    return allocation;
  }

  /** Gives back the allocation that starts at {@code address}. */
  public synchronized void free(long address) {
    Allocation allocation = find(address, 0);
    if (allocation == null || allocation.base != address) {
      throw new IllegalArgumentException(
          "free " + describe(address) + ": not an allocation's start");
    }
    allocation.freed = true;
    freed.add(new Allocation(allocation.base, 0, allocation.label, false));
    bytesInUse -= allocation.bytes;
    allocations =
        Arrays.stream(allocations).filter(a -> a != allocation).toArray(Allocation[]::new);
  }

  /** The bytes of all allocations that were not freed. */
  public synchronized long bytesInUse() {
    return bytesInUse;
  }

  /** Writes {@code count} bytes of {@code source} to device memory. */
  public void copyIn(long address, byte[] source, int from, int count) {
    Allocation allocation = range(address, count, "copy in");
    allocation.write(address - allocation.base, source, from, count);
  }

  /**
   * Reads {@code count} bytes of device memory.
   *
   * @throws PtxFault if nobody wrote one of the bytes
   */
  public void copyOut(long address, byte[] target, int to, int count) {
    Allocation allocation = range(address, count, "copy out");
    long unwritten = allocation.read(address - allocation.base, target, to, count);
    if (unwritten >= 0) {
      throw new PtxFault(
          PtxFault.Kind.UNWRITTEN_MEMORY,
          "copy out of " + count + " bytes: nobody wrote byte " + unwritten + " of " + allocation);
    }
  }

  /** Copies inside device memory, unwritten bytes staying unwritten. */
  public void copy(long target, long source, long count) {
    Allocation from = range(source, count, "copy from");
    Allocation to = range(target, count, "copy to");
    for (long done = 0; done < count; ) {
      long at = source - from.base + done;
      long into = target - to.base + done;
      int i = (int) at & Allocation.PAGE - 1;
      int j = (int) into & Allocation.PAGE - 1;
      int part = (int) Math.min(count - done, Allocation.PAGE - Math.max(i, j));
      System.arraycopy(from.page(at).data, i, to.page(into).data, j, part);
      System.arraycopy(from.page(at).shadow, i, to.page(into).shadow, j, part);
      done += part;
    }
  }

  /** Sets {@code count} bytes to {@code value}. */
  public void fill(long address, byte value, long count) {
    Allocation allocation = range(address, count, "fill");
    allocation.fill(address - allocation.base, value, count);
  }

  private Allocation range(long address, long count, String action) {
    Allocation allocation = find(address, count);
    if (allocation == null || count < 0) {
      throw new PtxFault(
          PtxFault.Kind.OUT_OF_BOUNDS, action + " of " + count + " bytes at " + describe(address));
    }
    return allocation;
  }

  /** The allocation that holds all of the bytes, or null. */
  Allocation find(long address, long count) {
    Allocation[] all = allocations;
    int low = 0;
    int high = all.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (all[middle].base <= address) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return all.length > 0 && all[low].contains(address, count) ? all[low] : null;
  }

  /** The address in words: its place in or beside the nearest allocation. */
  String describe(long address) {
    String hex = String.format("address 0x%x", address);
    Allocation nearest = null;
    for (Allocation a : allocations) {
      if (nearest == null || distance(a, address) < distance(nearest, address)) {
        nearest = a;
      }
    }
    for (Allocation a : freed) {
      if (address >= a.base
          && (nearest == null || (distance(nearest, address) > 0 && a.base > nearest.base))) {
        hex += ", after the start of '" + a.label + "', which was freed";
        break;
      }
    }
    return nearest == null ? hex + " (nothing is allocated)" : hex + place(nearest, address);
  }

  private static String place(Allocation a, long address) {
    if (address < a.base) {
      return ", " + (a.base - address) + " bytes before the start of " + a;
    }
    long offset = address - a.base;
    return offset < a.bytes
        ? ", byte " + offset + " of " + a
        : ", " + (offset - a.bytes) + " bytes past the end of " + a;
  }

  private static long distance(Allocation a, long address) {
    if (address < a.base) {
      return a.base - address;
    }
    return Math.max(0, address - a.base - a.bytes + 1);
  }
}
