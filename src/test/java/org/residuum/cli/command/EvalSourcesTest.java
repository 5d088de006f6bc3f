package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;

/** {@code eval} of sources of pictures in place of data sets. */
final class EvalSourcesTest extends SmallPrediction {
  private static Terminal eval(Object... more) {
    Object[] args = {"eval", "--model", model, "--device", "cpu", "--data"};
    return Terminal.run(Stream.concat(Stream.of(args), Stream.of(more)).toArray());
  }

  /** Top-1, top-5 and loss. */
  private static String figures(Terminal seen) {
    return seen.expect(ExitCode.OK).firstLine().replaceAll(".*: (top-1 .*), 120 examples.*", "$1");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(drawn)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private Path zip() throws IOException {
    Path zip = folder.resolve("glyphs.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (Path file : files()) {
        out.putNextEntry(new ZipEntry(drawn.relativize(file).toString()));
        Files.copy(file, out);
      }
    }
    return zip;
  }

  private Path table() throws IOException {
    List<String> lines = new ArrayList<>(List.of("file,digit"));
    for (Path file : files()) {
      lines.add(file + "," + file.getParent().getFileName());
    }
    return Files.write(folder.resolve("glyphs.csv"), lines);
  }

  @Test
  void sourcesOfTheSamePicturesGiveTheSameFigures() throws IOException {
    String expected = figures(eval("folder:" + drawn, "--split", "all"));
    assertTrue(expected.startsWith("top-1 "), expected);
    assertEquals(expected, figures(eval(drawn)));
    assertEquals(expected, figures(eval(zip())));
    Path table = table();
    assertEquals(expected, figures(eval(table, "--label-column", "digit")));
    assertEquals(expected, figures(eval("csv:" + table, "--label-column", 2)));
    Path list = Files.write(folder.resolve("list"), files().stream().map(Path::toString).toList());
    assertEquals(expected, figures(eval("@" + list)));
    List<Object> halves = new ArrayList<>();
    for (int digit = 0; digit < 10; digit++) {
      halves.add(drawn.resolve("" + digit));
    }
    assertEquals(expected, figures(eval(halves.toArray())));
  }

  @Test
  void labelsMayComeFromAMap() throws IOException {
    Path flat = Files.createDirectories(folder.resolve("flat"));
    List<String> map = new ArrayList<>();
    for (Path file : files()) {
      Files.copy(file, flat.resolve(file.getFileName()));
      map.add(file.getFileName() + " " + file.getParent().getFileName());
    }
    Path labels = Files.write(folder.resolve("val.txt"), map);
    String expected = figures(eval(drawn));
    assertEquals(expected, figures(eval(flat, "--label-map", labels)));
    assertEquals(expected, figures(eval("folder:" + flat, "--label-map", labels)));
  }

  @Test
  void picturesWithoutAClassFailEachByItself() throws IOException {
    Path odd = Files.createDirectories(folder.resolve("odd/unknown"));
    Files.copy(files().get(0), odd.resolve("a.png"));
    SmallData.notAPicture(folder.resolve("odd/3/b.png"));
    Path errors = folder.resolve("errors.csv");
    Terminal seen = eval(drawn, odd.getParent(), "--errors", errors).expect(ExitCode.OK);
    assertTrue(seen.out().contains("122 examples: "), seen.out());
    List<List<String>> rows = read(errors);
    assertEquals(List.of("picture", "reason"), rows.get(0));
    assertTrue(rows.get(1).get(1).startsWith("cannot be decoded"), rows.toString());
    assertEquals(
        "its label 'unknown' is no class of the model, which has 0 to 9", rows.get(2).get(1));
    Terminal strict = eval(drawn, odd.getParent(), "--on-error", "fail").expect(ExitCode.FAILED);
    assertTrue(strict.err().contains("odd/3/b.png: cannot be decoded"), strict.err());
    assertTrue(eval(odd).expect(ExitCode.FAILED).err().contains("1 of 1 picture failed"));
  }

  @Test
  void wrongUsesAreNamed() throws IOException {
    String split = eval(drawn, "--split", "all").error(ExitCode.USAGE);
    assertTrue(split.contains("--split: it is for data sets"), split);
    String share = eval(drawn, "--test-share", 0.5).error(ExitCode.USAGE);
    assertTrue(share.contains("--test-share: it is for "), share);
    String nearest = eval("folderr:x").expect(ExitCode.USAGE).err();
    assertTrue(nearest.contains("did you mean folder"), nearest);
    String gone = eval(folder.resolve("gone")).error(ExitCode.FAILED);
    assertTrue(gone.contains("gone: no such folder or file"), gone);
    String written =
        eval(drawn, "--errors", files().get(0), "--overwrite").expect(ExitCode.USAGE).err();
    assertTrue(written.contains("this command reads it"), written);
  }
}
