package org.residuum.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
  @TempDir Path folder;

  /** A sparse file: the numbers 1, 2 ... at some offsets around the seams of 1 and 2 GiB. */
  @Test
  void filesBeyondTwoGibibytesAreReadAcrossEverySeam() throws IOException {
    Path path = folder.resolve("sparse");
    long[] offsets = {0, (1L << 30) - 4, (1L << 31) - 4, (1L << 31) + 8, (1L << 32) + 12};
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      for (int i = 0; i < offsets.length; i++) {
        file.seek(offsets[i]);
        file.writeLong(Long.reverseBytes(i + 1));
      }
    }
    MappedFile mapped = MappedFile.open(path);
    for (int i = 0; i < offsets.length; i++) {
      assertEquals(i + 1, mapped.slice(offsets[i], 8).getLong());
    }
    assertEquals(1 << 30, mapped.slice((1L << 30) - 1, 1 << 30).remaining());
    assertEquals(0, mapped.slice(mapped.size(), 0).remaining());
    assertThrows(FormatException.class, () -> mapped.slice(mapped.size() - 7, 8));
    assertThrows(FormatException.class, () -> mapped.slice(5, 3L << 30));
  }

  @Test
  void emptyFilesAndFoldersAreRefusedByName() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));
    String message = assertThrows(FormatException.class, () -> MappedFile.open(empty)).getMessage();
    assertTrue(message.endsWith("empty: the file is empty"), message);
    assertThrows(FormatException.class, () -> MappedFile.open(folder));
  }

  @Test
  void overflowingOffsetsAreRefused() throws IOException {
    MappedFile mapped = MappedFile.open(Files.writeString(folder.resolve("x"), "12345678"));
    long[][] outside = {{-1, 2}, {0, -1}, {1, Long.MAX_VALUE}, {Long.MAX_VALUE, 1}, {8, 1}};
    for (long[] slice : outside) {
      FormatException e =
          assertThrows(FormatException.class, () -> mapped.slice(slice[0], slice[1]));
      assertTrue(e.getMessage().contains("the file ends at 8"), e.getMessage());
    }
  }
}
