package org.residuum.format.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.format.FormatException;

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
  void fileThatChangesWhileItIsReadIsAnError() throws IOException {
    Path path = folder.resolve("growing");
    MappedFile.Reading<Integer> append =
        file -> {
          Files.writeString(path, "more", StandardOpenOption.APPEND);
          return 1;
        };
    requireChanged(path, append);
    MappedFile.Reading<Integer> rewrite =
        file -> {
          Files.setLastModifiedTime(path, FileTime.fromMillis(12_345_000));
          return 1;
        };
    requireChanged(path, rewrite);
    // What was read of a file that was cut meanwhile is broken for that reason.
    MappedFile.Reading<Integer> cut =
        file -> {
          Files.writeString(path, "");
          throw new FormatException(path, "damaged");
        };
    requireChanged(path, cut);
    requireChanged(
        path,
        file -> {
          Files.delete(path);
          throw new InternalError("a fault occurred in an unsafe memory access operation");
        });
    Files.writeString(path, "12345678");
    assertEquals(8L, MappedFile.open(path).read(MappedFile::size).longValue());
  }

  private static void requireChanged(Path path, MappedFile.Reading<Integer> reading)
      throws IOException {
    Files.writeString(path, "12345678");
    MappedFile file = MappedFile.open(path);
    FormatException e = assertThrows(FormatException.class, () -> file.read(reading));
    assertTrue(e.getMessage().startsWith(path + ": it changed while it was read"), e.getMessage());
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
