package org.residuum.format.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.format.FormatException;

class AtomicFileTest {
  private static final String REMEDY = "; see that there is room, or name another place";

  @TempDir Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String failure(Path file, AtomicFile.Body body) {
    return assertThrows(IOException.class, () -> AtomicFile.write(file, body)).getMessage();
  }

  @Test
  void failureHalfWayKeepsTheOldFileAndLeavesNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("model"), "old");
    assertEquals(
        file + ": not written, what was there stays: No space left on device" + REMEDY,
        failure(
            file,
            channel -> {
              channel.write(ByteBuffer.allocate(1000));
              throw new IOException("No space left on device");
            }));
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("model"), names());
  }

  @Test
  void whatCannotBeWrittenHasItsOwnRemedy() {
    Path file = folder.resolve("model");
    Path weights = folder.resolve("weights");
    assertEquals(
        file + ": not written: " + weights + ": broken; make it anew",
        failure(
            file,
            channel -> {
              throw new FormatException(weights, "broken; make it anew");
            }));
  }

  @Test
  void missingFolderIsSaidAndNotTheTemporaryFile() {
    Path file = folder.resolve("none/model");
    assertEquals(
        file + ": not written: its folder is not there" + REMEDY, failure(file, channel -> {}));
  }

  @Test
  void linkToNothingGetsItsTarget() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("latest"), Path.of("model"));
    AtomicFile.write(link, channel -> channel.write(ByteBuffer.wrap(new byte[] {'n'})));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("n", Files.readString(folder.resolve("model")));
  }

  @Test
  void newContentReplacesTheOld() throws IOException {
    Path file = Files.writeString(folder.resolve("model"), "old and longer");
    AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(new byte[] {'n'})));
    assertEquals("n", Files.readString(file));
    assertEquals(List.of("model"), names());
  }

  @Test
  void symbolicLinkStaysALink() throws IOException {
    Path file = Files.writeString(folder.resolve("model"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("latest"), file);
    AtomicFile.write(link, channel -> channel.write(ByteBuffer.wrap(new byte[] {'n'})));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("n", Files.readString(file));
  }

  @Test
  void missingFolderIsNamed() {
    Path file = folder.resolve("missing/model");
    IOException e = assertThrows(IOException.class, () -> AtomicFile.write(file, channel -> {}));
    assertTrue(e.getMessage().contains("missing"), e.getMessage());
  }
}
