package org.residuum.data.source.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Picture;
import org.residuum.data.decode.PictureFormat;

final class PictureScanTest {
  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0};

  @TempDir private Path folder;

  private Path file(String name) throws IOException {
    return file(name, "text".getBytes());
  }

  private Path file(String name, byte... content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  private static List<Path> find(Path path) throws IOException {
    return Picture.find(path);
  }

  private PictureScan scan() throws IOException {
    return PictureScan.of(List.of(folder));
  }

  @Test
  void picturesAreFoundByTheirNamesAndSorted() throws IOException {
    Path first = file("a/c.jpg");
    Path second = file("b.PNG");
    file("a/notes.txt");
    file(".hidden.png");
    file("png");
    assertEquals(List.of(first, second), find(folder));
    assertEquals(List.of(first), find(first));
  }

  @Test
  void contentDecidesWhereTheNameSaysNothing() throws IOException {
    Path text = file("a.txt", JPEG);
    Path bare = file("b", new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0});
    Path webp = file("c.img", "RIFF\0\0\0\0WEBPVP8L".getBytes());
    file("d.txt", "BM is how this text begins, it is no bitmap".getBytes());
    file("e.dat", (byte) 0xff);
    assertEquals(List.of(text, bare, webp), scan().pictures());
    assertEquals(
        "3 pictures (1 JPEG by content, 1 PNG by content, 1 WEBP by content) in 1 folder; left out:"
            + " 2 other files (1 .dat, 1 .txt)",
        scan().toString());
  }

  @Test
  void bitmapsAndTheRestAreKnownByTheirFirstBytes() {
    byte[] bmp = new byte[PictureFormat.HEAD_BYTES];
    bmp[0] = 'B';
    bmp[1] = 'M';
    bmp[14] = 40;
    assertEquals("BMP", PictureFormat.byContent(bmp).orElseThrow());
    assertEquals("GIF", PictureFormat.byContent("GIF89a".getBytes()).orElseThrow());
    assertEquals("TIFF", PictureFormat.byContent(new byte[] {'M', 'M', 0, 42}).orElseThrow());
    assertTrue(PictureFormat.byContent("RIFF\0\0\0\0WAVE".getBytes()).isEmpty());
    assertTrue(PictureFormat.byContent(new byte[0]).isEmpty());
  }

  @Test
  void whatIsLeftOutIsCountedByKind() throws IOException {
    file("a.jpg");
    file("b.jpg", new byte[0]);
    file("sub/c.png");
    for (int i = 0; i < 3; i++) {
      file("labels-" + i + ".txt");
    }
    file("info.json");
    file("README");
    file("empty.dat", new byte[0]);
    file(".DS_Store");
    file("sub/._c.png", JPEG);
    file("sub/Thumbs.db");
    file(".ipynb_checkpoints/a-checkpoint.jpg", JPEG);
    file("__MACOSX/a.jpg", JPEG);
    file("sub/@eaDir/c.png", JPEG);
    PictureScan scan = scan();
    assertEquals(3, scan.pictures().size());
    assertEquals(
        "3 pictures (2 .jpg, 1 .png) in 2 folders; left out: 5 other files (3 .txt, 1 .json, 1"
            + " without an ending), 1 empty file, 3 hidden files, 3 hidden folders (1"
            + " .ipynb_checkpoints, 1 @eaDir, 1 __MACOSX)",
        scan.toString());
  }

  @Test
  void hiddenFolderIsWalkedWhereItIsNamed() throws IOException {
    Path hidden = file(".hidden/a.jpg");
    assertEquals(List.of(hidden), find(folder.resolve(".hidden")));
    Path alone = file(".b.jpg");
    assertEquals(List.of(alone), find(alone));
  }

  @Test
  void linksAreFollowedAndCirclesOfThemEnd() throws IOException {
    Path photo = file("a.jpg");
    Path circle = Files.createSymbolicLink(folder.resolve("circle"), folder);
    Path link = Files.createSymbolicLink(folder.resolve("b.jpg"), photo);
    Files.createSymbolicLink(folder.resolve("gone.txt"), folder.resolve("nowhere.txt"));
    assertEquals(List.of(photo, link), find(folder));
    assertEquals(List.of(circle.resolve("a.jpg"), circle.resolve("b.jpg")), find(circle));
    assertEquals(
        "2 pictures (.jpg) in 1 folder; left out: 1 broken link, 1 link to a folder above it",
        scan().toString());
  }

  /** So that reading them says that they are gone. */
  @Test
  void brokenLinksNamedLikePicturesAreTaken() throws IOException {
    Path self = Files.createSymbolicLink(folder.resolve("a.jpg"), folder.resolve("a.jpg"));
    Path gone = Files.createSymbolicLink(folder.resolve("b.jpg"), folder.resolve("nowhere"));
    assertEquals(List.of(self, gone), scan().pictures());
    assertThrows(InvalidDataException.class, () -> Picture.read(self));
    assertThrows(InvalidDataException.class, () -> Picture.read(gone));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void pipesAreNotOpened() throws Exception {
    file("a.jpg");
    Process made = new ProcessBuilder("mkfifo", folder.resolve("b.jpg").toString()).start();
    assumeTrue(made.waitFor() == 0, "no mkfifo");
    assertEquals("1 picture (.jpg) in 1 folder; left out: 1 device or pipe", scan().toString());
  }

  /** As walking a tree would tell: root, who runs some builds, may read everything. */
  @Test
  void folderThatCannotBeReadIsNamedAndTheRestTaken() throws IOException {
    file("a.jpg");
    Path locked = file("locked/b.jpg").getParent();
    Path torn = file("torn/c.jpg").getParent();
    PictureScan scan = scan();
    PictureWalk walk = new PictureWalk(folder, scan);
    walk.visitFileFailed(locked, new AccessDeniedException(locked.toString()));
    walk.postVisitDirectory(torn, new IOException("Input/output error"));
    walk.visitFileFailed(folder.resolve("d.jpg"), new AccessDeniedException("d.jpg"));
    assertEquals("4 pictures (.jpg) in 3 folders; left out: 2 unreadable folders", scan.toString());
    assertEquals(
        List.of(
            new PictureScan.UnreadableFolder(
                locked,
                "the folder cannot be read (no permission); give leave to, or move it away"),
            new PictureScan.UnreadableFolder(
                torn,
                "the folder cannot be read (Input/output error); give leave to, or move it away")),
        scan.unreadableFolders());
    String message = assertThrows(InvalidDataException.class, scan::requireReadable).getMessage();
    assertTrue(message.startsWith(locked + ": the folder cannot be read"), message);
  }

  @Test
  void vanishedPictureIsTakenBesideOthersButFolderThatIsNotThereIsAMistake() throws IOException {
    Path photo = file("a.jpg");
    Path gone = folder.resolve("gone.jpg");
    assertEquals(List.of(photo, gone), PictureScan.of(List.of(photo, gone)).pictures());
    assertEquals(
        gone + ": no such folder or file",
        assertThrows(InvalidDataException.class, () -> PictureScan.of(List.of(gone))).getMessage());
    Path nowhere = folder.resolve("nowhere");
    assertEquals(
        nowhere + ": no such folder or file",
        assertThrows(InvalidDataException.class, () -> PictureScan.of(List.of(photo, nowhere)))
            .getMessage());
  }

  @Test
  void folderWithoutPicturesSaysWhatItHas() throws IOException {
    file("a.heic");
    file("b.heic");
    String message = assertThrows(InvalidDataException.class, () -> find(folder)).getMessage();
    assertEquals(
        folder
            + ": no pictures (bmp, gif, jpeg, jpg, pbm, pgm, png, pnm, ppm, tif, tiff, wbmp, webp),"
            + " but 2 other files (.heic); add some or name another folder",
        message);
  }

  @Test
  void manyKindsAreCutShort() throws IOException {
    List<Path> files = new ArrayList<>();
    for (char c = 'a'; c <= 'j'; c++) {
      files.add(file("x." + c));
    }
    LeftOut leftOut = PictureScan.below(folder).leftOut();
    assertEquals(10, leftOut.count(LeftOut.Kind.OTHER));
    assertTrue(leftOut.toString().endsWith("1 .f, 4 more kinds)"), leftOut.toString());
    LeftOut twice = new LeftOut();
    twice.addAll(leftOut);
    twice.addAll(leftOut);
    assertEquals(20, twice.count(LeftOut.Kind.OTHER));
  }
}
