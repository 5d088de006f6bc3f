package org.residuum.backend.cuda.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ElfPatchTest {
  private static final String FROM = "libcublas.so.12";
  private static final String TO = "libcublas.so.13";

  @TempDir private Path folder;
  private byte[] library;

  @BeforeEach
  void readLibrary() throws IOException {
    NativeCache cache = new NativeCache(folder);
    library = Files.readAllBytes(JCudaNatives.placeBlas(CublasRelease.CUDA_12, cache));
  }

  /** The hash that glibc's own versions carry: GLIBC_2.2.5 in any {@code readelf -V}. */
  @Test
  void hashIsTheOneOfTheAbi() {
    assertEquals(0x09691a75, ElfPatch.hash("GLIBC_2.2.5"));
    assertEquals(0x0d696914, ElfPatch.hash("GLIBC_2.4"));
  }

  @Test
  void onlyTheNameAndItsHashDiffer() {
    byte[] patched = ElfPatch.rename(library, FROM, TO);
    int different = 0;
    for (int i = 0; i < library.length; i++) {
      different += library[i] == patched[i] ? 0 : 1;
    }
    assertEquals(library.length, patched.length);
    assertEquals(2, different, "one digit of the name, one byte of the hash");
  }

  @Test
  void renamingBackGivesTheOriginal() {
    assertArrayEquals(library, ElfPatch.rename(ElfPatch.rename(library, FROM, TO), TO, FROM));
  }

  @Test
  void namesOfDifferentLengthAreRefused() {
    refused("differ in length", library, FROM, "libcublas.so.9");
  }

  @Test
  void libraryThatDoesNotNeedTheNameIsRefused() {
    refused("does not need libcublas.so.11", library, "libcublas.so.11", TO);
  }

  @Test
  void libraryThatNeedsNoVersionOfThatNameIsRefused() {
    refused("needs no version libdl.so.2", library, "libdl.so.2", "libdl.so.3");
  }

  @Test
  void unknownFilesAreRefused() {
    refused("not an ELF", new byte[0], FROM, TO);
    refused("not an ELF", "#!/bin/sh\n".repeat(20).getBytes(StandardCharsets.US_ASCII), FROM, TO);
    byte[] arm = library.clone();
    arm[18] = (byte) 183;
    refused("not an ELF shared object for x86-64", arm, FROM, TO);
    byte[] narrow = library.clone();
    narrow[4] = 1;
    refused("not an ELF", narrow, FROM, TO);
  }

  @Test
  void wrongHashIsRefused() {
    byte[] damaged = library.clone();
    byte[] patched = ElfPatch.rename(library, FROM, TO);
    int hash = Arrays.mismatch(library, patched);
    hash += 1 + Arrays.mismatch(tail(library, hash + 1), tail(patched, hash + 1));
    damaged[hash] ^= 0x40;
    refused("hash", damaged, FROM, TO);
  }

  /** Whatever is damaged, the answer is a library or a refusal, nothing else. */
  @Test
  void damagedTablesNeverEscapeTheFile() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = Arrays.copyOf(library, 128 + random.nextInt(library.length - 128));
      for (int j = 0; j < 4; j++) {
        damaged[16 + random.nextInt(Math.min(600, damaged.length - 16))] = (byte) random.nextInt();
      }
      try {
        assertEquals(damaged.length, ElfPatch.rename(damaged, FROM, TO).length);
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().contains("ELF"), () -> "seed " + seed + ": " + e.getMessage());
      }
    }
  }

  private static byte[] tail(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  private static void refused(String why, byte[] library, String from, String to) {
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> ElfPatch.rename(library, from, to));
    assertTrue(error.getMessage().contains(why), error.getMessage());
  }
}
