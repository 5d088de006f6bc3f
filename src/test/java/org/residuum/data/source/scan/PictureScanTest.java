package org.residuum.data.source.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
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
    Path pipe = folder.resolve("b.jpg");
    Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assumeTrue(made.waitFor() == 0, "no mkfifo");
    assertEquals("1 picture (.jpg) in 1 folder; left out: 1 device or pipe", scan().toString());
    Exception refused =
        assertTimeoutPreemptively(
            Duration.ofSeconds(60),
            () -> assertThrows(InvalidDataException.class, () -> Picture.read(pipe)));
    assertTrue(refused.getMessage().contains("a pipe or device"), refused.getMessage());
  }

  /** As a disk would tell: root, who runs some builds, may read everything. */
  @Test
  void folderThatCannotBeReadIsNamedAndTheRestTaken() throws IOException {
    Path first = file("a.jpg");
    Path strange = file("d.jpg");
    Path locked = file("locked/b.jpg").getParent();
    Path torn = file("torn/c.jpg").getParent();
    PictureTree.Disk disk =
        new PictureTree.Disk() {
          @Override
          public DirectoryStream<Path> list(Path path) throws IOException {
            if (path.equals(locked)) {
              throw new AccessDeniedException(path.toString());
            }
            DirectoryStream<Path> whole = Files.newDirectoryStream(path);
            return path.equals(torn) ? torn(whole) : whole;
          }

          @Override
          public BasicFileAttributes attributes(Path path) throws IOException {
            if (path.equals(strange)) {
              throw new AccessDeniedException(path.toString());
            }
            return PictureTree.Disk.super.attributes(path);
          }
        };
    PictureScan scan = PictureScan.nothing();
    PictureTree tree = new PictureTree(folder, scan, PictureTree.Choice.ALL, disk);
    List<PictureTree.Found> found = new ArrayList<>();
    for (PictureTree.Found one = tree.next(); one != null; one = tree.next()) {
      found.add(one);
    }
    String remedy = "; give leave to, or move it away";
    String noPermission = "the folder cannot be read (no permission)" + remedy;
    String error = "the folder cannot be read (Input/output error)" + remedy;
    assertEquals(
        List.of(
            new PictureTree.Found(first, null),
            new PictureTree.Found(strange, null),
            new PictureTree.Found(locked, noPermission),
            new PictureTree.Found(torn, error),
            new PictureTree.Found(torn.resolve("c.jpg"), null)),
        found);
    assertEquals("3 pictures (.jpg) in 2 folders; left out: 2 unreadable folders", scan.toString());
    assertEquals(
        List.of(
            new PictureScan.UnreadableFolder(locked, noPermission),
            new PictureScan.UnreadableFolder(torn, error)),
        scan.unreadableFolders());
    String message = assertThrows(InvalidDataException.class, scan::requireReadable).getMessage();
    assertTrue(message.startsWith(locked + ": the folder cannot be read"), message);
  }

  /** Its entries come, and then an error. */
  private static DirectoryStream<Path> torn(DirectoryStream<Path> whole) {
    Iterator<Path> entries = whole.iterator();
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            if (!entries.hasNext()) {
              throw new DirectoryIteratorException(new IOException("Input/output error"));
            }
            return true;
          }

          @Override
          public Path next() {
            return entries.next();
          }
        };
      }

      @Override
      public void close() throws IOException {
        whole.close();
      }
    };
  }

  @Test
  void orderIsThatOfThePathsAsAWhole() throws IOException {
    for (String name :
        List.of("a/b.jpg", "a-b.jpg", "a.jpg", "a0.jpg", "a/b/c.jpg", "a/b-c.jpg", "a-/z.jpg")) {
      file(name);
    }
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      StringBuilder name = new StringBuilder();
      for (int depth = random.nextInt(4); depth >= 0; depth--) {
        name.append(name.length() == 0 ? "" : "/").append("x");
        for (int letters = random.nextInt(3); letters > 0; letters--) {
          name.append("-.0a".charAt(random.nextInt(4)));
        }
      }
      file(name + "_.png");
    }
    List<Path> found = PictureScan.below(folder).pictures();
    assertTrue(found.size() > 150, found.size() + " pictures");
    assertEquals(found.stream().sorted().toList(), found);
  }

  @Test
  void ringsOfLinksEnd() throws IOException {
    int folders = 9;
    for (int i = 0; i < folders; i++) {
      file(i + "/photo.jpg");
      for (int k = 0; k < folders; k++) {
        if (k != i) {
          Files.createSymbolicLink(folder.resolve(i + "/to" + k), folder.resolve("" + k));
        }
      }
    }
    PictureScan scan = assertTimeoutPreemptively(Duration.ofSeconds(60), this::scan);
    assertTrue(scan.count() >= folders * folders, scan.toString());
    assertTrue(scan.count() < 1000, scan.toString());
    assertTrue(scan.leftOut().count(LeftOut.Kind.REPEATED) > 0, scan.toString());
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
