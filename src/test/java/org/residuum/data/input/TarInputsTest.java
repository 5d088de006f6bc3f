package org.residuum.data.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TarInputsTest extends InputFolder {
  private static final byte[] RED = png(0xff0000);
  private static final byte[] BLUE = png(0x0000ff);

  private Path tar(boolean packed, TarBytes bytes) throws IOException {
    return packed ? write("a.tar.gz", gzip(bytes.end())) : write("a.tar", bytes.end());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void picturesComeInTheArchivesOrderAndTheRestIsCounted(boolean packed) throws IOException {
    TarBytes bytes =
        new TarBytes()
            .entry("./", '5')
            .file("./dog/b.png", RED)
            .file("./cat/a.png", BLUE)
            .file("./cat/unnamed", RED)
            .file("./cat/notes.txt", (byte) 'x')
            .file("./cat/._a.png", RED)
            .file("__MACOSX/cat/a.png", RED)
            .file("empty.dat")
            .entry("cat/link.png", '2')
            .entry("pipe.png", '6')
            .file("../../etc/top.png", RED);
    Path file = tar(packed, bytes);
    String name = file.getFileName() + "!";
    PictureInputs inputs = open(file);
    assertEquals(packed ? OptionalLong.empty() : OptionalLong.of(4), inputs.count());
    assertEquals(
        List.of(
            name + "./dog/b.png dog " + RED.length,
            name + "./cat/a.png cat " + BLUE.length,
            name + "./cat/unnamed cat " + RED.length,
            name + "../../etc/top.png etc " + RED.length),
        read(inputs));
    assertEquals(
        List.of(
            file
                + ": 4 pictures (3 .png, 1 PNG by content); left out: 1 other file (.txt), 1 empty"
                + " file, 2 hidden files, 1 link in an archive, 1 device or pipe"),
        notices);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void picturesMayBeReadInAnyOrderAndAfterTheEnd(boolean packed) throws IOException {
    Path file = tar(packed, new TarBytes().file("a.png", RED).file("b.png", BLUE));
    try (PictureInputs inputs = open(file)) {
      PictureInput first = inputs.next();
      PictureInput second = inputs.next();
      assertEquals(null, inputs.next());
      assertEquals(null, inputs.next());
      assertArrayEquals(BLUE, second.bytes());
      assertArrayEquals(RED, first.bytes());
    }
  }

  @Test
  void whatDoesNotFitIntoMemoryWaitsOnDisk() throws IOException {
    TarBytes bytes = new TarBytes();
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(png(i));
      bytes.file(i + ".png", all.get(i));
    }
    Path file = tar(true, bytes);
    List<PictureInput> inputs = new ArrayList<>();
    try (TarInputs tar = new TarInputs(file, options(), 3L * all.get(0).length)) {
      for (PictureInput one = tar.next(); one != null; one = tar.next()) {
        inputs.add(one);
      }
    }
    for (int i = 19; i >= 0; i--) {
      assertArrayEquals(all.get(i), inputs.get(i).bytes());
    }
  }

  @Test
  void whatNobodyAsksForGivesItsRoomBack() throws IOException {
    HeldInput.Room room = new HeldInput.Room(RED.length);
    HeldInput waiting = new HeldInput("a", null, RED.clone(), room);
    HeldInput onDisk = new HeldInput("b", null, BLUE.clone(), room);
    assertEquals(RED.length, room.taken());
    waiting.release();
    onDisk.release();
    waiting.release();
    assertEquals(0, room.taken());
    HeldInput next = new HeldInput("c", null, BLUE.clone(), room);
    assertEquals(BLUE.length, room.taken());
    assertArrayEquals(BLUE, next.bytes());
    next.release();
    assertEquals(0, room.taken());
    assertThrows(IllegalStateException.class, onDisk::bytes);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void skippingIsAsReading(boolean packed) throws IOException {
    TarBytes bytes = new TarBytes();
    for (int i = 0; i < 10; i++) {
      bytes.file(i + ".txt", RED).file(i + ".png", png(i));
    }
    Path file = tar(packed, bytes);
    try (PictureInputs inputs = open(file, file)) {
      inputs.next();
      assertEquals(12, inputs.skip(12));
      assertTrue(inputs.next().name().endsWith("!6.png"));
      assertEquals(26, inputs.skip(100));
    }
  }

  @Test
  void longNamesAndLongNumbersAreRead() throws IOException {
    String folders = "a".repeat(99) + "/" + "\u00fc".repeat(70);
    byte[] size = new byte[12];
    size[0] = (byte) 0x80;
    size[11] = (byte) RED.length;
    String binary = new String(size, StandardCharsets.ISO_8859_1);
    TarBytes bytes =
        new TarBytes()
            .gnuName(folders + "/gnu.png")
            .file("cut", RED)
            .pax('x', "path", folders + "/pax.png")
            .file("cut", RED)
            .pax('g', "comment", "of all")
            .entry("binary.png", '0', binary, RED)
            .pax('x', "size", String.valueOf(BLUE.length))
            .entry("sized.png", '0', "00000000000\0", BLUE)
            .pax('x', "GNU.sparse.major", "1")
            .file("sparse.png", RED);
    List<String> lines = read(open(tar(false, bytes)));
    String label = "\u00fc".repeat(70);
    assertEquals(
        List.of(
            "a.tar!" + folders + "/gnu.png " + label + " " + RED.length,
            "a.tar!" + folders + "/pax.png " + label + " " + RED.length,
            "a.tar!binary.png - " + RED.length,
            "a.tar!sized.png - " + BLUE.length,
            "a.tar!sparse.png: a sparse entry, which is not read; pack the archive without"
                + " --sparse"),
        lines);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void damagedArchiveGivesWhatIsBeforeAndSaysWhere(boolean packed) throws IOException {
    byte[] whole = new TarBytes().file("a.png", RED).file("b.png", BLUE).withoutEnd();
    for (int length : new int[] {1024 + 1, 1024 + 511, 1024 + 512 + BLUE.length - 1}) {
      byte[] part = Arrays.copyOf(whole, length);
      Path file = packed ? write("cut.tgz", gzip(part)) : write("cut.tar", part);
      List<String> lines = read(open(file));
      // One that is read where it lies fails itself, too, unless its header is cut.
      assertEquals(packed || length < 1024 + 512 ? 2 : 3, lines.size(), lines.toString());
      String name = file.getFileName().toString();
      assertEquals(name + "!a.png - " + RED.length, lines.get(0));
      assertTrue(lines.get(1).contains("it ends in the middle of an entry"), lines.get(1));
    }
    byte[] torn = gzip(whole);
    List<String> lines = read(open(write("torn.tgz", Arrays.copyOf(torn, torn.length - 30))));
    assertTrue(lines.get(lines.size() - 1).contains("torn.tgz: damaged after "), lines.toString());
    byte[] scratched = new TarBytes().file("a.png", RED).raw(new byte[512 - 1]).raw((byte) 1).end();
    lines = read(open(write("scratched.tar", scratched)));
    assertEquals(
        "scratched.tar: damaged after 1 picture (.png) (a header's sum is wrong); what comes behind"
            + " is lost; replace it",
        lines.get(1));
  }

  @Test
  void archiveWithoutItsEndIsWhole() throws IOException {
    byte[] whole = new TarBytes().file("a.png", RED).withoutEnd();
    assertEquals(1, read(open(write("a.tar", whole))).size());
    byte[] unpadded = Arrays.copyOf(whole, 512 + RED.length);
    assertEquals(List.of("a.tar!a.png - " + RED.length), read(open(write("a.tar", unpadded))));
  }

  @Test
  void linksAndFoldersHaveNoContentWhateverTheySay() throws IOException {
    TarBytes bytes = new TarBytes().file("a.png", RED).entry("b.png", '1', "00000000105\0");
    bytes.entry("d/", '5', "00000010000\0").file("c.png", RED);
    assertEquals(
        List.of("a.tar!a.png - " + RED.length, "a.tar!c.png - " + RED.length),
        read(open(write("a.tar", bytes.end()))));
  }

  @Test
  void sumOfAPackedArchiveIsChecked() throws IOException {
    byte[] bytes = gzip(new TarBytes().file("a.png", RED).end());
    bytes[bytes.length - 8] ^= 1;
    List<String> lines = read(open(write("a.tgz", bytes)));
    assertEquals(2, lines.size());
    assertTrue(lines.get(1).startsWith("a.tgz: damaged after 1 picture"), lines.get(1));
  }

  @Test
  void sizesThatCannotBeAreRefused() throws IOException {
    byte[] huge = new TarBytes().entry("a.png", '0', "77777777777\0", RED).end();
    List<String> lines = read(open(write("huge.tar", huge)));
    assertTrue(lines.get(0).startsWith("huge.tar!a.png: cannot be decoded (8589934591 bytes"));
    assertTrue(lines.get(1).startsWith("huge.tar: damaged after 1 picture"), lines.get(1));
    String negative = "\u00ff".repeat(12);
    lines = read(open(write("n.tar", new TarBytes().entry("a.png", '0', negative).end())));
    assertTrue(lines.get(0).contains("negative or too large"), lines.get(0));
    String meta = "77777777777\0";
    lines = read(open(write("m.tar", new TarBytes().entry("a", 'L', meta).end())));
    assertTrue(lines.get(0).contains("a name of 8589934591 bytes"), lines.get(0));
    for (String record : List.of("99 path=a\n", "path=a\n", "8 pathxx\n", "9999999999 a=b\n")) {
      byte[] text = record.getBytes();
      TarBytes bytes = new TarBytes().entry("x", 'x', String.format("%011o\0", text.length), text);
      lines = read(open(write("r.tar", bytes.file("a.png", RED).end())));
      assertTrue(lines.get(0).contains("a damaged pax record"), record + lines);
    }
  }

  @Test
  void whatTarWritesIsRead() throws Exception {
    for (int i = 0; i < 30; i++) {
      write("photos/" + "n".repeat(8 * i) + "/" + i + ".png", png(i));
    }
    for (String format : List.of("gnu", "pax", "ustar", "v7")) {
      Path file = folder.resolve(format + ".tar");
      Process made =
          new ProcessBuilder(
                  "tar", "-cf", "" + file, "--format=" + format, "-C", "" + folder, "photos")
              .redirectErrorStream(true)
              .start();
      made.getInputStream().readAllBytes();
      assumeTrue(made.waitFor() < 127 && Files.exists(file), "no tar");
      List<String> lines = read(open(file));
      if (format.equals("gnu") || format.equals("pax")) {
        assertEquals(30, lines.size(), format);
      }
      assertTrue(
          lines.size() > 10 && lines.stream().allMatch(line -> line.endsWith(" 69")), format);
    }
  }
}
