package org.residuum.format.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.residuum.format.FormatException;

class ZipArchiveTest {
  private static final int CENTRAL = 0x02014b50;
  private static final int LOCAL = 0x04034b50;
  private static final int END = 0x06054b50;

  private static Map<String, byte[]> entries() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("top/one", "first entry".getBytes(StandardCharsets.UTF_8));
    entries.put("top/two", new byte[5000]);
    return entries;
  }

  private static ByteBuffer zip(int method) throws IOException {
    return ByteBuffer.wrap(PyTorchFuzzTest.zip(entries(), method)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int find(ByteBuffer bytes, int signature, int from) {
    int at = from;
    while (bytes.getInt(at) != signature) {
      at++;
    }
    return at;
  }

  private static void readAll(ByteBuffer file) throws IOException {
    ZipArchive zip = ZipArchive.open(PickleBuilder.mapped(file.array()));
    for (String name : zip.names()) {
      ByteBuffer read = zip.read(zip.entry(name));
      byte[] bytes = new byte[read.remaining()];
      read.get(bytes);
      assertArrayEquals(entries().get(name), bytes);
    }
  }

  private static void assertRefused(ByteBuffer file, String words) {
    FormatException e = assertThrows(FormatException.class, () -> readAll(file));
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  @Test
  void storedAndDeflatedEntriesRead() throws IOException {
    readAll(zip(ZipEntry.STORED));
    readAll(zip(ZipEntry.DEFLATED));
  }

  @Test
  void storedEntriesAreReadInPlace() throws IOException {
    ByteBuffer file = zip(ZipEntry.STORED);
    ZipArchive zip = ZipArchive.open(PickleBuilder.mapped(file.array()));
    ByteBuffer entry = zip.read(zip.entry("top/two"));
    assertEquals(0, entry.get(4));
    file.put(find(file, LOCAL, 1) + 30 + "top/two".length() + 4, (byte) 7);
    assertEquals(7, entry.get(4));
  }

  @Test
  void anyDamagedByteOfStoredDataIsAWrongChecksum() throws IOException {
    ByteBuffer file = zip(ZipEntry.STORED);
    int data = 30 + "top/one".length();
    for (int i = 0; i < "first entry".length(); i++) {
      ByteBuffer damaged = zip(ZipEntry.STORED);
      damaged.put(data + i, (byte) (file.get(data + i) ^ 1));
      assertRefused(damaged, "entry \"top/one\": a wrong checksum in a zip: CRC-32 ");
    }
  }

  @Test
  void wrongChecksumInTheDirectoryIsRefused() throws IOException {
    ByteBuffer file = zip(ZipEntry.STORED);
    file.putInt(find(file, CENTRAL, 0) + 16, 0x1234abcd);
    assertRefused(file, "the directory says 1234abcd; the file is damaged, copy it again");
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    ByteBuffer file = zip(ZipEntry.DEFLATED);
    for (int length = 0; length < file.capacity(); length++) {
      ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(file.array(), length));
      assertThrows(FormatException.class, () -> readAll(cut));
    }
  }

  @Test
  void decompressionBombIsRefusedBeforeItIsUnfolded() throws IOException {
    byte[] zeros = new byte[40 << 20];
    byte[] bomb = PyTorchFuzzTest.zip(Map.of("zeros", zeros), ZipEntry.DEFLATED);
    assertTrue(bomb.length < 50_000);
    assertRefused(ByteBuffer.wrap(bomb), "unfolds to 41943040 bytes");
  }

  @Test
  void manyBombsThatAreSmallOneByOneAreRefused() throws IOException {
    Map<String, byte[]> bombs = new LinkedHashMap<>();
    for (int i = 0; i < 5; i++) {
      bombs.put("zeros" + i, new byte[5 << 20]);
    }
    byte[] bomb = PyTorchFuzzTest.zip(bombs, ZipEntry.DEFLATED);
    ZipArchive zip = ZipArchive.open(PickleBuilder.mapped(bomb));
    for (int i = 0; i < 3; i++) {
      zip.read(zip.entry("zeros" + i));
    }
    ZipEntryInfo next = zip.entry("zeros3");
    assertThrows(FormatException.class, () -> zip.read(next));
  }

  @Test
  void wrongSizesOfDeflatedEntriesAreRefused() throws IOException {
    for (int size : new int[] {4999, 5001, 0}) {
      ByteBuffer file = zip(ZipEntry.DEFLATED);
      int second = find(file, CENTRAL, find(file, CENTRAL, 0) + 1);
      file.putInt(second + 24, size);
      assertRefused(file, "does not unfold to the " + size + " bytes announced");
    }
  }

  @Test
  void overlappingEntriesAreRefused() throws IOException {
    ByteBuffer file = zip(ZipEntry.STORED);
    int first = find(file, CENTRAL, 0);
    file.putInt(first + 20, 12).putInt(first + 24, 12);
    assertRefused(file, "reaches into what follows at offset 48");
    ByteBuffer same = zip(ZipEntry.STORED);
    same.putInt(find(same, CENTRAL, find(same, CENTRAL, 0) + 1) + 42, 0);
    assertThrows(FormatException.class, () -> readAll(same));
  }

  @Test
  void directoryAndOwnHeaderMustAgree() throws IOException {
    ByteBuffer renamed = zip(ZipEntry.STORED);
    renamed.put(30, (byte) 'x');
    assertRefused(renamed, "\"top/one\": its own header at offset 0 has another name");
    ByteBuffer unsigned = zip(ZipEntry.STORED);
    unsigned.putInt(0, 0x04034b51);
    assertRefused(unsigned, "its own header at offset 0 is damaged");
    ByteBuffer twice = zip(ZipEntry.STORED);
    int second = find(twice, LOCAL, 30);
    twice.put(second + 30 + 4, (byte) 'o').put(second + 30 + 5, (byte) 'n');
    twice.put(second + 30 + 6, (byte) 'e');
    int line = find(twice, CENTRAL, find(twice, CENTRAL, 0) + 1);
    twice.put(line + 50, (byte) 'o').put(line + 51, (byte) 'n').put(line + 52, (byte) 'e');
    assertRefused(twice, "\"top/one\": appears twice in the directory");
  }

  @Test
  void encryptedAndUnknownMethodsAreRefused() throws IOException {
    ByteBuffer encrypted = zip(ZipEntry.STORED);
    encrypted.putShort(find(encrypted, CENTRAL, 0) + 8, (short) 1);
    assertRefused(encrypted, "the zip is encrypted");
    ByteBuffer bzip2 = zip(ZipEntry.STORED);
    bzip2.putShort(8, (short) 12).putShort(find(bzip2, CENTRAL, 0) + 10, (short) 12);
    assertRefused(bzip2, "is compressed by method 12");
  }

  @Test
  void directoryLimitsHold() throws IOException {
    ByteBuffer file = zip(ZipEntry.STORED);
    int end = find(file, END, 0);
    ByteBuffer more = ByteBuffer.wrap(file.array().clone()).order(ByteOrder.LITTLE_ENDIAN);
    more.putShort(end + 10, (short) 3);
    assertRefused(more, "the zip's directory is damaged here");
    ByteBuffer outside = ByteBuffer.wrap(file.array().clone()).order(ByteOrder.LITTLE_ENDIAN);
    outside.putInt(end + 16, Integer.MAX_VALUE);
    assertRefused(outside, "it is truncated");
  }

  /** With the 64-bit end records, as PyTorch writes them, and 64-bit fields in each entry. */
  @Test
  void zip64IsRead() throws IOException {
    readAll(zip64(5000));
  }

  @Test
  void absurd64BitSizesAreRefused() throws IOException {
    for (long size : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, 5001}) {
      ByteBuffer file = zip64(size);
      assertThrows(FormatException.class, () -> readAll(file), "size " + size);
    }
  }

  /** The second entry's sizes and offset moved to a zip64 extra field; zip64 end records added. */
  private static ByteBuffer zip64(long secondSize) throws IOException {
    ByteBuffer narrow = zip(ZipEntry.STORED);
    int first = find(narrow, CENTRAL, 0);
    int second = find(narrow, CENTRAL, first + 1);
    int end = find(narrow, END, 0);
    ByteBuffer wide = ByteBuffer.allocate(narrow.capacity() + 28 + 56 + 20);
    wide.order(ByteOrder.LITTLE_ENDIAN).put(narrow.slice(0, end));
    wide.putInt(second + 20, -1).putInt(second + 24, -1).putShort(second + 30, (short) 28);
    int header = wide.getInt(second + 42);
    wide.putInt(second + 42, -1);
    wide.putShort((short) 1).putShort((short) 24);
    wide.putLong(secondSize).putLong(secondSize).putLong(header);
    int end64 = wide.position();
    wide.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45);
    wide.putInt(0).putInt(0).putLong(2).putLong(2).putLong(end64 - first).putLong(first);
    wide.putInt(0x07064b50).putInt(0).putLong(end64).putInt(1);
    wide.putInt(END).putInt(0).putInt(-1).putInt(-1).putInt(-1).putShort((short) 0);
    return wide.rewind();
  }
}
