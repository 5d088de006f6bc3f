package org.residuum.data.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.residuum.data.InvalidDataException;
import org.residuum.text.PathText;

/** Folders, files, lists and patterns. */
final class SourcesTest extends InputFolder {
  private static final byte[] RED = png(0xff0000);

  private void photos() throws IOException {
    for (String name : List.of("cat/1.png", "cat/2.jpg", "dog/old/1.png", "dog/3.png", "x.png")) {
      write("photos/" + name, RED);
    }
    write("photos/cat/notes.txt", (byte) 'x');
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void pipesGiveListsAndNothingElse() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", "" + pipe).start().waitFor());
    Path picture = write("a.png", png(1));
    Thread writer =
        new Thread(
            () -> {
              try (OutputStream out = new FileOutputStream(pipe.toFile())) {
                out.write((picture + "\n").getBytes(StandardCharsets.UTF_8));
              } catch (IOException e) { // The reader gets no picture, then.
              }
            });
    writer.start();
    PictureInputs inputs = open("@" + pipe);
    assertEquals(OptionalLong.empty(), inputs.count());
    assertEquals(List.of("a.png " + folder.getFileName() + " 69"), read(inputs));
    writer.join();
    String error = assertThrows(InvalidDataException.class, () -> open("tar:" + pipe)).getMessage();
    assertTrue(error.contains(": a pipe or a device, from which only lists are read"), error);
  }

  @Test
  void sourcesComeInTheirOrderAndFoldersByPath() throws IOException {
    photos();
    Path alone = write("z.png", RED);
    Path tar = write("a.tar", new TarBytes().file("in/t.png", RED).end());
    PictureInputs inputs =
        open(alone, folder.resolve("photos"), tar, "folder:" + folder + "/photos");
    assertEquals(OptionalLong.of(12), inputs.count());
    List<String> folderLines =
        List.of(
            "photos/cat/1.png cat 69",
            "photos/cat/2.jpg cat 69",
            "photos/dog/3.png dog 69",
            "photos/dog/old/1.png old 69",
            "photos/x.png photos 69");
    List<String> lines = read(inputs);
    assertTrue(lines.get(0).startsWith("z.png ") && lines.get(0).endsWith(" 69"), lines.get(0));
    assertEquals(folderLines, lines.subList(1, 6));
    assertEquals("a.tar!in/t.png in 69", lines.get(6));
    assertEquals(folderLines, lines.subList(7, 12));
    assertTrue(notices.get(0).startsWith("11 pictures (9 .png, 2 .jpg) in "), notices.get(0));
    assertTrue(notices.get(0).contains("left out: 2 other files (.txt)"), notices.get(0));
  }

  @Test
  void folderThatIsAKnownClassIsTheLabel() throws IOException {
    photos();
    PictureInputs.Options options = options().withClasses(List.of("cat", "dog"));
    assertEquals(
        List.of("cat", "cat", "dog", "dog", "photos"),
        read(open(options, folder.resolve("photos"))).stream()
            .map(line -> line.split(" ")[1])
            .toList());
  }

  @Test
  void skippingPassesOverSources() throws IOException {
    photos();
    Path photos = folder.resolve("photos");
    Path tar = write("a.tar", new TarBytes().file("t.png", RED).file("u.png", RED).end());
    try (PictureInputs inputs = open(photos, tar, tar, photos.resolve("x.png"))) {
      assertEquals(6, inputs.skip(6));
      assertTrue(inputs.next().name().endsWith("a.tar!u.png"));
      assertEquals(2, inputs.skip(2));
      assertTrue(inputs.next().name().endsWith("x.png"));
      assertEquals(0, inputs.skip(5));
      assertEquals(null, inputs.next());
    }
  }

  @Test
  void listsNameWhateverThereIs() throws IOException {
    photos();
    write("a.tar", new TarBytes().file("t.png", RED).end());
    String text =
        "\ufeff%s/photos/x.png\r\n\n%s/photos/dog\n%s/a.tar\nfile:%s/photos/cat/1.png\n%s/gone.png";
    Path list = write("list.txt", text.replace("%s", "" + folder).getBytes(StandardCharsets.UTF_8));
    PictureInputs inputs = open("@" + list);
    assertEquals(OptionalLong.of(5), inputs.count());
    List<String> lines = read(inputs);
    assertEquals(
        List.of(
            "photos/x.png photos 69",
            "photos/dog/3.png dog 69",
            "photos/dog/old/1.png old 69",
            "a.tar!t.png - 69",
            "photos/cat/1.png cat 69",
            "gone.png: no such picture"),
        lines);
  }

  @Test
  void listFromStandardInputMayHaveZerosAndStartFromAFolder() throws IOException {
    Path odd = write("photos/a\nb \r.png", RED);
    byte[] text = "a\nb \r.png\0gone.png\0".getBytes(StandardCharsets.UTF_8);
    PictureInputs.Options options =
        options().withStandardInput(new ByteArrayInputStream(text)).withRoot(odd.getParent());
    assertEquals(
        List.of("a\nb \r.png photos 69", "gone.png: no such picture"), read(open(options, "-")));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void namesThatAreNoTextAreFound() throws Exception {
    byte[] name = {'n', (byte) 0xff, '.', 'p', 'n', 'g'};
    Path file = PathText.of(name);
    Path there = folder.resolve(file);
    Files.write(there, RED);
    List<String> uri = read(open(folder));
    assertTrue(uri.get(0).startsWith("file:/") && uri.get(0).contains("/n%FF.png "), uri.get(0));
    Path list = write("list.txt", name);
    assertTrue(read(open(options().withRoot(folder), "@" + list)).get(0).endsWith(" 69"));
    write("list.txt", uri.get(0).split(" ")[0].getBytes(StandardCharsets.US_ASCII));
    Path named = folder.resolve("list.txt");
    assertFalse(read(open("@" + named)).get(0).contains("no such picture"));
  }

  @Test
  void lineWithoutEndIsRefused() throws IOException {
    byte[] text = ("a.png\n" + "x".repeat(1 << 17)).getBytes(StandardCharsets.US_ASCII);
    List<String> lines = read(open("@" + write("list.txt", text)));
    assertEquals(2, lines.size());
    assertTrue(lines.get(1).contains("cannot be read beyond line 2"), lines.get(1));
  }

  @Test
  void patternsTakeWhatMatches() throws IOException {
    photos();
    write("photos/a.tar", new TarBytes().file("t.png", RED).end());
    String photos = folder + "/photos/";
    assertEquals(List.of("photos/cat/1.png", "photos/dog/3.png"), names(photos + "*/*.png"));
    assertEquals(
        List.of("photos/cat/1.png", "photos/dog/3.png", "photos/dog/old/1.png", "photos/x.png"),
        names(photos + "**/*.png"));
    assertEquals(List.of("photos/dog/3.png", "photos/dog/old/1.png"), names(photos + "d?g"));
    assertEquals(
        List.of("photos/cat/1.png", "photos/cat/2.jpg"), names(photos + "{cat,cow}/[0-9].*"));
    assertEquals(List.of("photos/a.tar!t.png"), names(photos + "*.tar"));
    assertEquals(List.of("photos/dog/old/1.png"), names(folder + "/**/old/**"));
    assertEquals(6, names(photos + "**").size());
    PictureInputs inputs = open(photos + "*/*.png");
    assertEquals(OptionalLong.of(2), inputs.count());
    assertEquals(OptionalLong.empty(), open(photos + "*.tar").count());
    String message =
        assertThrows(InvalidDataException.class, () -> open(photos + "*.gif")).getMessage();
    assertEquals(photos + "*.gif: no picture matches; mend the pattern", message);
    assertThrows(IllegalArgumentException.class, () -> open(photos + "[.png"));
  }

  private List<String> names(String pattern) throws IOException {
    return read(open(pattern)).stream().map(line -> line.split(" ")[0]).toList();
  }

  @Test
  void fileIsFoundUnderANameThatLooksLikeAPattern() throws IOException {
    Path odd = write("a[1].png", RED);
    assertEquals(1, read(open(odd)).size());
  }

  @Test
  void labelsMayComeFromAFile() throws IOException {
    photos();
    Path tar = write("a.tar", new TarBytes().file("in/t.png", RED).end());
    Path photos = folder.resolve("photos");
    Path comma =
        write("map.csv", "file,label\ncat/1.png,tiger\n3.png,wolf\nin/t.png,tar\n".getBytes());
    Path space = write("map.txt", "cat/1.png tiger\n3.png wolf\nin/t.png tar\n".getBytes());
    for (Path map : List.of(comma, space)) {
      List<String> labels =
          read(open(options().withLabelFile(map), photos, tar)).stream()
              .map(line -> line.split(" ")[1])
              .toList();
      assertEquals(List.of("tiger", "cat", "wolf", "old", "photos", "tar"), labels);
    }
    for (String wrong : List.of("", "one\n", "a,b\nc\n")) {
      Path map = write("wrong.csv", wrong.getBytes());
      String message =
          assertThrows(InvalidDataException.class, () -> open(options().withLabelFile(map), photos))
              .getMessage();
      assertTrue(message.startsWith(map.toString()), message);
    }
  }

  @Test
  void mistakesAreNamedAtOnce() throws IOException {
    photos();
    assertThrows(IllegalArgumentException.class, () -> open(" "));
    for (String wrong : List.of("@" + folder + "/none", "tar:" + folder, "nowhere", "none/*.png")) {
      String message = assertThrows(InvalidDataException.class, () -> open(wrong)).getMessage();
      assertTrue(message.contains(wrong.replaceFirst("^@|^tar:", "")), message);
    }
    Path empty = write("empty.tar", new TarBytes().file("a.txt", RED[3]).end());
    try (PictureInputs inputs = open(empty)) {
      String message = assertThrows(InvalidDataException.class, inputs::next).getMessage();
      assertEquals(empty + ": no pictures in it; name another", message);
    }
  }

  @Test
  void whatIsReadIsKnown() throws IOException {
    photos();
    Path photos = folder.resolve("photos");
    Path picture = photos.resolve("cat/1.png");
    Path link = Files.createSymbolicLink(folder.resolve("link.png"), picture);
    Path other = write("other.png", RED);
    Path list = write("list.txt", picture.toString().getBytes());
    Path csv = write("table.csv", "path\nphotos/cat/1.png\n".getBytes());
    for (Object source : List.of(photos, "@" + list, csv, photos + "/*/*.png")) {
      try (PictureInputs inputs = open(source)) {
        assertTrue(inputs.reads(picture) && inputs.reads(link), "" + source);
        assertFalse(inputs.reads(other) || inputs.reads(folder.resolve("new.csv")), "" + source);
      }
    }
    try (PictureInputs inputs = open(csv)) {
      assertTrue(inputs.reads(csv));
    }
    try (PictureInputs inputs = open(photos)) {
      assertFalse(inputs.reads(photos.resolve("cat/notes.txt")), "no picture");
      assertArrayEquals(RED, inputs.next().bytes());
    }
  }
}
