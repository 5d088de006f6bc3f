package org.residuum.data.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

final class ZipInputsTest extends InputFolder {
  private static final byte[] RED = png(0xff0000);
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int PACKED_AT = 20;
  private static final int SIZE_AT = 24;

  private Path zip(Charset names, String... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes, names)) {
      for (String name : entries) {
        ZipEntry entry = new ZipEntry(name);
        byte[] content = name.endsWith("/") ? new byte[0] : RED;
        if (name.contains("stored")) {
          CRC32 sum = new CRC32();
          sum.update(content);
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(content.length);
          entry.setCrc(sum.getValue());
        }
        out.putNextEntry(entry);
        out.write(content);
      }
    }
    return write("a.zip", bytes.toByteArray());
  }

  @Test
  void picturesComeInTheArchivesOrder() throws IOException {
    Path file =
        zip(
            StandardCharsets.UTF_8,
            "dog/",
            "dog/b.png",
            "cat/stored.png",
            "bare",
            "../../top.png",
            "/etc/root.png",
            ".hidden.png",
            "\u00fc/\u732b.png");
    Files.write(file, Files.readAllBytes(file));
    PictureInputs inputs = open(file);
    assertEquals(OptionalLong.of(6), inputs.count());
    assertEquals(
        List.of(
            "a.zip!dog/b.png dog 69",
            "a.zip!cat/stored.png cat 69",
            "a.zip!bare - 69",
            "a.zip!../../top.png - 69",
            "a.zip!/etc/root.png etc 69",
            "a.zip!\u00fc/\u732b.png \u00fc 69"),
        read(inputs));
    assertEquals(
        List.of(file + ": 6 pictures (5 .png, 1 PNG by content); left out: 1 hidden file"),
        notices);
  }

  @Test
  void namesOfOldArchivesAreRead() throws IOException {
    Path file = zip(Charset.forName("IBM437"), "\u00fc.png");
    assertEquals(List.of("a.zip!\u00fc.png - 69"), read(open(file)));
  }

  @Test
  void picturesMayBeReadAfterTheEnd() throws IOException {
    Path file = zip(StandardCharsets.UTF_8, "a.png", "b.png", "c.png");
    List<PictureInput> all = new ArrayList<>();
    try (PictureInputs inputs = open(file, file)) {
      for (PictureInput one = inputs.next(); one != null; one = inputs.next()) {
        all.add(one);
      }
      assertEquals(6, all.size());
      all.get(1).release();
      all.get(1).release();
      assertArrayEquals(RED, all.get(0).bytes());
      assertArrayEquals(RED, all.get(2).bytes());
      assertArrayEquals(RED, all.get(5).bytes());
    }
  }

  /** Changes what the directory says of the sizes of all entries. */
  private static byte[] saying(byte[] zip, long packed, long size) {
    ByteBuffer changed = ByteBuffer.wrap(zip.clone()).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + SIZE_AT + 4 <= zip.length; at++) {
      if (changed.getInt(at) == CENTRAL_HEADER) {
        if (packed >= 0) {
          changed.putInt(at + PACKED_AT, (int) packed);
        }
        changed.putInt(at + SIZE_AT, (int) size);
      }
    }
    return changed.array();
  }

  @Test
  void bombsAndLiarsAreRefusedEachByItself() throws IOException {
    byte[] zip = Files.readAllBytes(zip(StandardCharsets.UTF_8, "a.png", "b.png"));
    List<String> lines = read(open(write("huge.zip", saying(zip, -1, 0xfffffff0L))));
    assertEquals(2, lines.size());
    assertTrue(lines.get(0).startsWith("huge.zip!a.png: cannot be decoded (4294967280 bytes"));
    lines = read(open(write("dense.zip", saying(zip, -1, 200_000_000))));
    assertTrue(lines.get(1).contains("200000000 bytes are said to be packed into"), lines.get(1));
    lines = read(open(write("short.zip", saying(zip, -1, 10))));
    assertTrue(lines.get(0).contains("other than the 10 bytes"), lines.get(0));
    lines = read(open(write("long.zip", saying(zip, -1, 100))));
    assertTrue(lines.get(0).contains("other than the 100 bytes"), lines.get(0));
  }

  @Test
  void contentWithAWrongSumIsAFailure() throws IOException {
    byte[] zip = Files.readAllBytes(zip(StandardCharsets.UTF_8, "stored.png", "b.png"));
    zip[30 + "stored.png".length() + RED.length - 1] ^= 1;
    List<String> lines = read(open(write("bit.zip", zip)));
    assertTrue(lines.get(0).contains("stored.png: cannot be unpacked (damaged: its checksum"));
    assertEquals("bit.zip!b.png - 69", lines.get(1));
  }

  @Test
  void damagedArchiveIsOneFailureAndTheRestIsRead() throws IOException {
    byte[] zip = Files.readAllBytes(zip(StandardCharsets.UTF_8, "a.png", "b.png"));
    Path cut = write("cut.zip", Arrays.copyOf(zip, zip.length - 30));
    Path alone = write("alone.png", RED);
    List<String> lines = read(open(cut, alone));
    assertEquals(2, lines.size(), lines.toString());
    assertTrue(lines.get(0).startsWith("cut.zip: cannot be read ("), lines.get(0));
    byte[] scratched = zip.clone();
    Arrays.fill(scratched, 36, 60, (byte) 0xff);
    lines = read(open(write("scratched.zip", scratched)));
    assertEquals(2, lines.size(), lines.toString());
    assertTrue(lines.get(0).startsWith("scratched.zip!a.png: cannot be unpacked ("), lines.get(0));
    assertEquals("scratched.zip!b.png - 69", lines.get(1));
  }
}
