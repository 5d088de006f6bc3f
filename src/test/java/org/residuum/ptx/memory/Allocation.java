package org.residuum.ptx.memory;

import java.util.Arrays;

/** A range of device addresses, backed by pages that come into being when touched. */
public final class Allocation {
  static final int PAGE_SHIFT = 16;
  static final int PAGE = 1 << PAGE_SHIFT;

  public final long base;
  final long bytes;
  final String label;
  final boolean readOnly;
  volatile boolean freed;

  private static final int TABLE_SHIFT = 12;
  private static final int TABLE = 1 << TABLE_SHIFT;

  /** Tables of pages; one comes into being with its first page, so that vast arrays cost little. */
  private final Page[][] tables;

  /** Bytes, shadow bytes and access records of up to {@link #PAGE} bytes. */
  static final class Page {
    final byte[] data;
    final byte[] shadow;
    private Races races;

    Page(int bytes) {
      data = new byte[bytes];
      shadow = new byte[bytes];
    }

    /** The records for this launch, fresh where the last ones are of an earlier one. */
    Races races(int launch, int granuleShift) {
      Races now = races;
      return now != null && now.launch == launch ? now : fresh(launch, granuleShift);
    }

    private synchronized Races fresh(int launch, int granuleShift) {
      if (races == null || races.launch != launch) {
        races = new Races(data.length, granuleShift, launch, true);
      }
      return races;
    }
  }

  Allocation(long base, long bytes, String label, boolean readOnly) {
    this.base = base;
    this.bytes = bytes;
    this.label = label;
    this.readOnly = readOnly;
    int pages = (int) ((bytes + PAGE - 1) >>> PAGE_SHIFT);
    this.tables = new Page[(pages + TABLE - 1) >>> TABLE_SHIFT][];
  }

  Page page(long offset) {
    int number = (int) (offset >>> PAGE_SHIFT);
    Page page = existing(number);
    return page != null ? page : create(number);
  }

  /** Whether the page at {@code offset} has these bytes. */
  boolean hasPage(long offset, byte[] data) {
    Page page = existing((int) (offset >>> PAGE_SHIFT));
    return page != null && page.data == data;
  }

  private Page existing(int number) {
    Page[] table = tables[number >>> TABLE_SHIFT];
    return table == null ? null : table[number & TABLE - 1];
  }

  private synchronized Page create(int number) {
    if (tables[number >>> TABLE_SHIFT] == null) {
      long pages = (bytes + PAGE - 1) >>> PAGE_SHIFT;
      long first = (long) (number >>> TABLE_SHIFT) << TABLE_SHIFT;
      tables[number >>> TABLE_SHIFT] = new Page[(int) Math.min(TABLE, pages - first)];
    }
    Page[] table = tables[number >>> TABLE_SHIFT];
    if (table[number & TABLE - 1] == null) {
      long left = bytes - ((long) number << PAGE_SHIFT);
      table[number & TABLE - 1] = new Page((int) Math.min(PAGE, left + 15 & ~15L));
    }
    return table[number & TABLE - 1];
  }

  boolean contains(long address, long count) {
    return address >= base && address - base <= bytes - count;
  }

  void write(long offset, byte[] source, int from, int count) {
    for (int done = 0; done < count; ) {
      Page page = page(offset + done);
      int at = (int) (offset + done) & PAGE - 1;
      int part = Math.min(count - done, PAGE - at);
      System.arraycopy(source, from + done, page.data, at, part);
      Arrays.fill(page.shadow, at, at + part, Cell.WRITTEN);
      done += part;
    }
  }

  /** Copies out; returns the offset of the first byte that nobody wrote, or -1. */
  long read(long offset, byte[] target, int to, int count) {
    long unwritten = -1;
    for (int done = 0; done < count; ) {
      Page page = page(offset + done);
      int at = (int) (offset + done) & PAGE - 1;
      int part = Math.min(count - done, PAGE - at);
      System.arraycopy(page.data, at, target, to + done, part);
      for (int i = 0; i < part && unwritten < 0; i++) {
        unwritten = page.shadow[at + i] == Cell.WRITTEN ? -1 : offset + done + i;
      }
      done += part;
    }
    return unwritten;
  }

  void fill(long offset, byte value, long count) {
    for (long done = 0; done < count; ) {
      Page page = page(offset + done);
      int at = (int) (offset + done) & PAGE - 1;
      int part = (int) Math.min(count - done, PAGE - at);
      Arrays.fill(page.data, at, at + part, value);
      Arrays.fill(page.shadow, at, at + part, Cell.WRITTEN);
      done += part;
    }
  }

  @Override
  public String toString() {
    return String.format("'%s' (%d bytes at 0x%x)", label, bytes, base);
  }
}
