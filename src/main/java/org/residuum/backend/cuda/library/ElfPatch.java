package org.residuum.backend.cuda.library;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes a shared library ask for another release of a library that it needs.
 *
 * <p>A reference to a versioned symbol names the library (DT_NEEDED), and in the table of needed
 * versions the library and the version with its hash (Elf64_Vernaux). Where the version is called
 * as the library is, as cuBLAS does it, changing those names in the string table and the hash moves
 * every symbol to the other release. Both names must have the same length, so nothing moves.
 *
 * <p>Source: System V ABI, chapter 5, "Dynamic Linking"; Linux Standard Base 5.0, 10.7 "Symbol
 * Versioning".
 */
final class ElfPatch {
  private static final int MAGIC = 0x464c457f; // 0x7f 'E' 'L' 'F', read as little-endian
  private static final int CLASS_64 = 2;
  private static final int LITTLE_ENDIAN = 1;
  private static final int SHARED_OBJECT = 3;
  private static final int X86_64 = 62;

  private static final int SEGMENT_BYTES = 56;
  private static final int LOAD = 1;
  private static final int DYNAMIC = 2;

  private static final long DT_NULL = 0;
  private static final long DT_NEEDED = 1;
  private static final long DT_STRTAB = 5;
  private static final long DT_STRSZ = 10;
  private static final long DT_VERNEED = 0x6ffffffeL;
  private static final long DT_VERNEEDNUM = 0x6fffffffL;

  private final ByteBuffer elf;
  private final byte[] from;
  private final byte[] to;
  private final Set<Integer> names = new TreeSet<>();
  private int dynamic;
  private int dynamicEnd;
  private long strings;
  private long stringBytes;

  private ElfPatch(byte[] library, String from, String to) {
    this.elf = ByteBuffer.wrap(library.clone()).order(ByteOrder.LITTLE_ENDIAN);
    this.from = (from + "\0").getBytes(StandardCharsets.US_ASCII);
    this.to = (to + "\0").getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * A copy of the library that needs {@code to} where it needed {@code from}.
   *
   * @throws IllegalArgumentException where the names differ in length, where this is no x86-64
   *     shared object, where it is damaged, or where it does not need {@code from} with a version
   *     of that name
   */
  static byte[] rename(byte[] library, String from, String to) {
    if (from.length() != to.length()) {
      throw new IllegalArgumentException(
          to + " cannot take the place of " + from + ": the names differ in length");
    }
    try {
      return new ElfPatch(library, from, to).patched();
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("damaged ELF file: a table lies outside of the file", e);
    }
  }

  /** The hash of System V's ABI, by which the dynamic linker compares versions. */
  static int hash(String name) {
    int h = 0;
    for (byte c : name.getBytes(StandardCharsets.US_ASCII)) {
      h = (h << 4) + (c & 0xff);
      int high = h & 0xf0000000;
      h = (h ^ (high >>> 24)) & ~high;
    }
    return h;
  }

  private byte[] patched() {
    checkHeader();
    findDynamic();
    strings = offset(require(DT_STRTAB, "string table"));
    stringBytes = require(DT_STRSZ, "size of the string table");
    patchNeeded();
    patchVersions();
    names.forEach(at -> elf.put(at, to));
    return elf.array();
  }

  private void checkHeader() {
    boolean known =
        elf.limit() >= 64
            && elf.getInt(0) == MAGIC
            && elf.get(4) == CLASS_64
            && elf.get(5) == LITTLE_ENDIAN
            && elf.getShort(16) == SHARED_OBJECT
            && elf.getShort(18) == X86_64
            && elf.getShort(54) == SEGMENT_BYTES;
    if (!known) {
      throw new IllegalArgumentException("not an ELF shared object for x86-64");
    }
  }

  private int segments() {
    return elf.getShort(56) & 0xffff;
  }

  private int segment(int index) {
    return index(elf.getLong(32)) + index * SEGMENT_BYTES;
  }

  private void findDynamic() {
    for (int i = 0; i < segments(); i++) {
      if (elf.getInt(segment(i)) == DYNAMIC) {
        dynamic = index(elf.getLong(segment(i) + 8));
        dynamicEnd = dynamic + index(elf.getLong(segment(i) + 32));
        return;
      }
    }
    throw new IllegalArgumentException("an ELF file without a dynamic section");
  }

  /** The place in the file of an address in memory. */
  private int offset(long address) {
    for (int i = 0; i < segments(); i++) {
      long from = elf.getLong(segment(i) + 16);
      long bytes = elf.getLong(segment(i) + 32);
      boolean inside = address - from >= 0 && address - from < bytes;
      if (elf.getInt(segment(i)) == LOAD && inside) {
        return index(elf.getLong(segment(i) + 8) + address - from);
      }
    }
    throw new IllegalArgumentException(
        "damaged ELF file: no segment holds address 0x" + Long.toHexString(address));
  }

  private long require(long tag, String what) {
    for (int at = dynamic; at < dynamicEnd && elf.getLong(at) != DT_NULL; at += 16) {
      if (elf.getLong(at) == tag) {
        return elf.getLong(at + 8);
      }
    }
    throw new IllegalArgumentException("an ELF file without a " + what);
  }

  private void patchNeeded() {
    for (int at = dynamic; at < dynamicEnd && elf.getLong(at) != DT_NULL; at += 16) {
      if (elf.getLong(at) == DT_NEEDED && isFrom(elf.getLong(at + 8))) {
        names.add(stringAt(elf.getLong(at + 8)));
      }
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("an ELF file that does not need " + text(from));
    }
  }

  private void patchVersions() {
    int patched = 0;
    int need = offset(require(DT_VERNEED, "table of needed versions"));
    long needs = require(DT_VERNEEDNUM, "count of needed versions");
    for (long i = 0; i < needs; i++) {
      if (isFrom(unsigned(need + 4))) {
        names.add(stringAt(unsigned(need + 4)));
        patched += patchVersionsOf(need);
      }
      need += index(unsigned(need + 12));
    }
    if (patched == 0) {
      throw new IllegalArgumentException(
          "an ELF file that needs no version " + text(from) + " of " + text(from));
    }
  }

  private int patchVersionsOf(int need) {
    int patched = 0;
    int version = need + index(unsigned(need + 8));
    for (int i = 0; i < (elf.getShort(need + 2) & 0xffff); i++) {
      if (isFrom(unsigned(version + 8))) {
        checkHash(version);
        elf.putInt(version, hash(text(to)));
        names.add(stringAt(unsigned(version + 8)));
        patched++;
      }
      version += index(unsigned(version + 12));
    }
    return patched;
  }

  private void checkHash(int version) {
    if (elf.getInt(version) != hash(text(from))) {
      throw new IllegalArgumentException(
          "damaged ELF file: the hash of version " + text(from) + " is not that of its name");
    }
  }

  /** Whether the string is {@link #from}; a tail of a longer string is not, since both change. */
  private boolean isFrom(long name) {
    if (name < 1 || name > stringBytes - from.length) {
      return false;
    }
    int at = stringAt(name);
    for (int i = 0; i < from.length; i++) {
      if (elf.get(at + i) != from[i]) {
        return false;
      }
    }
    return elf.get(at - 1) == 0;
  }

  private int stringAt(long name) {
    return index(strings + name);
  }

  private long unsigned(int at) {
    return Integer.toUnsignedLong(elf.getInt(at));
  }

  private int index(long offset) {
    if (offset < 0 || offset > elf.limit()) {
      throw new IndexOutOfBoundsException(offset);
    }
    return (int) offset;
  }

  private static String text(byte[] name) {
    return new String(name, 0, name.length - 1, StandardCharsets.US_ASCII);
  }
}
