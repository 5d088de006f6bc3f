package org.residuum.backend.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which folder native libraries are loaded from, and the remedy where none serves. */
class NativeFolderTest {
  @TempDir private Path folder;

  @Test
  void aFolderThatIsMissingIsMade() {
    Path missing = folder.resolve("a/b");
    assertEquals(Optional.empty(), NativeFolder.refusal(missing, 1000));
    assertTrue(Files.isDirectory(missing));
  }

  @Test
  void theFirstThatServesIsTaken() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Path below = file.resolve("cache");
    Path good = folder.resolve("good");
    assertEquals(good, NativeFolder.first(List.of(below, good), path -> 1));
    assertEquals(List.of(), leftovers(good));
  }

  private static List<Path> leftovers(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  @Test
  void whereNoneServesEachIsNamedWithItsReason() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Path below = file.resolve("cache");
    Path full = folder.resolve("full");
    String message =
        assertThrows(
                IOException.class,
                () -> NativeFolder.first(List.of(below, full), path -> Long.MAX_VALUE))
            .getMessage();
    assertTrue(message.startsWith(below + " cannot be written ("), message);
    assertTrue(message.contains("; " + full + " has "), message);
    assertTrue(message.endsWith(" MB are needed"), message);
  }

  /** The kernel's own file system of processes takes no files, whoever asks. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aFolderThatTakesNoFilesIsRefused() {
    String refusal = NativeFolder.refusal(Path.of("/proc/nonexistent"), 1).orElseThrow();
    assertTrue(refusal.startsWith("/proc/nonexistent cannot be written ("), refusal);
  }

  @Test
  void theRemedyFollowsFromTheError() {
    assertEquals(
        "name a folder with room, not mounted noexec, with -Dcache=FOLDER",
        remedy("libx.so: failed to map segment from shared object", false));
    assertEquals(
        "name a folder with room, not mounted noexec, with -Dcache=FOLDER",
        remedy("No space left on device", false));
    assertEquals(
        "install the package of your system that holds libstdc++.so.6",
        remedy("libstdc++.so.6: cannot open shared object file: No such file", false));
    assertEquals(
        "it needs a system with GLIBC_2.28 or newer",
        remedy("/lib/libc.so.6: version `GLIBC_2.28' not found (required by x)", false));
    assertEquals("start the JVM with --enable-native-access=ALL-UNNAMED", remedy("whatever", true));
    assertEquals(
        "put its natives on the class path", remedy("no jnix in java.library.path", false));
  }

  private static String remedy(String message, boolean denied) {
    Error error = new ExceptionInInitializerError(new UnsatisfiedLinkError(message));
    Module module = NativeFolderTest.class.getModule();
    return NativeFailure.remedy(error, module, denied, "its natives", "-Dcache=");
  }

  @Test
  void theThreadThatLoadsPassesErrorsOnAndKeepsTheInterruptionOfTheCaller() {
    UnsatisfiedLinkError error = new UnsatisfiedLinkError("as it came");
    assertEquals(
        error,
        assertThrows(
            UnsatisfiedLinkError.class,
            () ->
                LoadingThread.call(
                    () -> {
                      throw error;
                    })));
    Thread.currentThread().interrupt();
    assertEquals("residuum-natives", LoadingThread.call(() -> Thread.currentThread().getName()));
    assertTrue(Thread.interrupted());
  }
}
