package org.residuum.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.cli.Main;
import org.residuum.cli.text.ExitCode;
import org.residuum.format.folder.SavedModel;

final class FolderLockTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 50;

  @TempDir private Path temporary;

  private static void assertKeptOut(Path folder) {
    IOException refused =
        assertThrows(FolderLock.BusyException.class, () -> FolderLock.of(folder).close());
    assertEquals(
        folder
            + ": another process writes there ("
            + ProcessHandle.current().pid()
            + "); wait for its end or name another",
        refused.getMessage());
  }

  /** Within a process Java keeps its own account of locks; only another tells whether it holds. */
  @Test
  void anotherProcessIsKeptOut() throws Exception {
    Path folder = temporary.resolve("model");
    try (FolderLock first = FolderLock.of(folder)) {
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  "train",
                  "--resume",
                  "--data",
                  "glyphs",
                  "--out",
                  folder.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(ExitCode.FAILED, other.waitFor(), said);
      assertTrue(said.contains("another process writes there ("), said + first);
    }
  }

  @Test
  void rootIsNoFolderToWrite() {
    Path root = temporary.getRoot();
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> FolderLock.of(root).close());
    assertEquals(root + ": name a folder within it", refused.getMessage());
  }

  @Test
  void secondIsKeptOutUntilTheFirstIsAtItsEnd() throws IOException {
    Path folder = temporary.resolve("runs/model");
    try (FolderLock first = FolderLock.of(folder)) {
      assertKeptOut(folder);
    }
    FolderLock.of(folder).close();
    try (Stream<Path> left = Files.list(folder.getParent())) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void fileThatAKilledProcessLeftIsTakenOver() throws IOException {
    Path folder = temporary.resolve("model");
    Path file = Files.writeString(temporary.resolve(".model.lock"), "4711 dead");
    try (FolderLock lock = FolderLock.of(folder)) {
      assertKeptOut(folder);
    }
    assertFalse(Files.exists(file));
  }

  @Test
  void linkToAFolderIsTheSameFolder() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("model"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
    try (FolderLock lock = FolderLock.of(folder)) {
      assertKeptOut(link);
    }
  }

  /** As at a mount point; here the name leaves no room for one beside. */
  @Test
  void lockIsWithinWhereItCannotBeBeside() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("m".repeat(250)));
    try (FolderLock lock = FolderLock.of(folder)) {
      assertTrue(Files.exists(folder.resolve(".lock")));
      assertTrue(SavedModel.isEmpty(folder));
      assertKeptOut(folder);
    }
    assertFalse(Files.exists(folder.resolve(".lock")));
  }

  /** One removes its file at the end, while another has opened but not yet locked it. */
  @Test
  void neverTwoAtOnce() throws Exception {
    Path folder = temporary.resolve("model");
    AtomicInteger inside = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        all.add(threads.submit(() -> enterOften(folder, inside)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Void enterOften(Path folder, AtomicInteger inside) throws IOException {
    for (int entered = 0; entered < ROUNDS; ) {
      try (FolderLock lock = FolderLock.of(folder)) {
        assertEquals(1, inside.incrementAndGet());
        Thread.yield();
        inside.decrementAndGet();
        entered++;
      } catch (FolderLock.BusyException kept) {
        Thread.yield();
      }
    }
    return null;
  }
}
