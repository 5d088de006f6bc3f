package org.residuum.ptx.count;

/**
 * What a launch did to one array. Accesses belong to the array that begins last before their
 * address.
 */
public final class ArrayCount {
  private final String name;
  private final long address;
  private final boolean zero;
  private final Requests loads = new Requests();
  private final Requests stores = new Requests();
  private long begin = Long.MAX_VALUE;
  private long end = Long.MIN_VALUE;

  /**
   * An array.
   *
   * @param zero whether it is taken to hold zeros, not floating-point numbers
   */
  public ArrayCount(String name, long address, boolean zero) {
    this.name = name;
    this.address = address;
    this.zero = zero;
  }

  public String name() {
    return name;
  }

  public long address() {
    return address;
  }

  boolean isZero() {
    return zero;
  }

  public Requests loads() {
    return loads;
  }

  public Requests stores() {
    return stores;
  }

  void reach(long from, int bytes) {
    begin = Math.min(begin, from);
    end = Math.max(end, from + bytes);
  }

  /** The first byte that was touched; above {@link #end} where none was. */
  public long begin() {
    return begin;
  }

  /** The byte after the last one that was touched. */
  public long end() {
    return end;
  }
}
