package org.residuum.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.format.file.AtomicFile;

final class OutputFileTest {
  @TempDir private Path folder;

  private static String refusal(Path file, boolean overwrite) {
    return assertThrows(CommandFailure.class, () -> OutputFile.prepare("--out", file, overwrite))
        .getMessage();
  }

  @Test
  void newFileIsFineAndItsFolderIsMade() {
    OutputFile.prepare("--out", folder.resolve("a/b/rows.csv"), false);
    assertTrue(Files.isDirectory(folder.resolve("a/b")));
    assertFalse(Files.exists(folder.resolve("a/b/rows.csv")), "nothing is written yet");
  }

  @Test
  void fileThatExistsNeedsLeave() throws IOException {
    Path file = Files.writeString(folder.resolve("rows.csv"), "rows");
    assertEquals(
        "--out " + file + ": it exists; name another file or add --overwrite",
        refusal(file, false));
    OutputFile.prepare("--out", file, true);
    assertEquals("rows", Files.readString(file));
  }

  @Test
  void folderIsNoFile() {
    assertEquals("--out " + folder + ": it is a folder; name a file in it", refusal(folder, true));
  }

  @Test
  void placeWithoutAFolderIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertEquals(
        "--out " + file + "/rows.csv: " + file + " takes no new files; name another place",
        refusal(file.resolve("rows.csv"), true));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void deviceIsWrittenIntoAndNotReplaced() throws IOException {
    Path device = Path.of("/dev/null");
    OutputFile.prepare("--out", device, false);
    AtomicFile.write(device, channel -> channel.write(ByteBuffer.wrap(new byte[9])));
    assertFalse(Files.isRegularFile(device), "still a device");
  }
}
