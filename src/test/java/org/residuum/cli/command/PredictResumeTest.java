package org.residuum.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.job.FolderLock;

/** {@code predict --resume} after jobs that a broken picture ended. */
final class PredictResumeTest extends SmallPrediction {
  /** The thirteenth of 21 is broken: a job that fails there has 12 rows in three parts of four. */
  private static final int GOOD = 20;

  private Path part;
  private Path manifest;
  private Path parts;

  /** What a straight job writes. */
  private String rows;

  @BeforeEach
  void copyPictures() throws IOException {
    for (int i = 0; i < GOOD; i++) {
      Files.copy(
          drawn.resolve(String.format("%d/glyph-%05d.png", i % 10, i)),
          pictures.resolve(String.format("good-%02d.png", i)));
    }
    SmallData.notAPicture(pictures.resolve("good-11a.png"));
    part = folder.resolve("predictions.csv.part");
    manifest = folder.resolve("predictions.csv.part.manifest");
    parts = folder.resolve("parts");
    Path straight = folder.resolve("straight.csv");
    run("--out", straight).expect(ExitCode.OK);
    rows = Files.readString(straight);
  }

  private Terminal run(Object... more) {
    Object[] small = {"--batch", 2, "--part-rows", 3};
    return predict(Stream.concat(Stream.of(small), Stream.of(more)).toArray());
  }

  private void end(Object out) {
    run("--out", out, "--on-error", "fail").expect(ExitCode.FAILED);
  }

  @Test
  void resumedFileIsThatOfAStraightJob() throws IOException {
    end(csv);
    assertEquals(1 + 3, Files.readAllLines(manifest).size(), "settings, three parts");
    Terminal seen = run("--out", csv, "--resume").expect(ExitCode.OK);
    assertTrue(seen.err().contains("resumed after 12 files\n"), seen.err());
    assertTrue(seen.err().contains("9 files in "), seen.err());
    assertEquals(rows, Files.readString(csv));
    assertFalse(Files.exists(part));
    assertFalse(Files.exists(manifest));
    Terminal again = run("--out", csv, "--resume").expect(ExitCode.OK);
    assertEquals(
        csv + " is whole: nothing to resume; for new rows leave --resume out\n", again.err());
  }

  @Test
  void resumedPartsAreThoseOfAStraightJob() throws IOException {
    end(parts + "/");
    assertEquals(
        List.of("manifest.jsonl", "part-00000.csv", "part-00001.csv", "part-00002.csv"), names());
    byte[] first = Files.readAllBytes(parts.resolve("part-00000.csv"));
    Files.writeString(parts.resolve("part-00003.csv"), "renamed before the manifest told of it");
    Files.writeString(parts.resolve(".part-00004.csv"), "unfini");
    Terminal seen = run("--out", parts + "/", "--resume").expect(ExitCode.OK);
    assertTrue(seen.err().contains("resumed after 12 files\n"), seen.err());
    assertEquals(7, names().size(), "six parts, the last of one row: " + names());
    StringBuilder all = new StringBuilder("file,label,probability,error\n");
    for (String name : names().subList(1, 7)) {
      List<String> lines = Files.readAllLines(parts.resolve(name));
      lines.subList(1, lines.size()).forEach(line -> all.append(line).append('\n'));
    }
    assertEquals(rows, all.toString());
    assertEquals(
        new String(first, StandardCharsets.UTF_8),
        Files.readString(parts.resolve("part-00000.csv")));
    Terminal again = run("--out", parts + "/", "--resume").expect(ExitCode.OK);
    assertTrue(again.err().contains("is whole: nothing to resume; "), again.err());
    String taken = run("--out", parts + "/").expect(ExitCode.FAILED).err();
    assertTrue(taken.contains("it exists and is not empty"), taken);
    run("--out", parts + "/", "--overwrite").expect(ExitCode.OK);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(parts)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void folderWithoutAPartIsGoneOnWith() throws IOException {
    end(parts + "/");
    Path file = parts.resolve("manifest.jsonl");
    Files.writeString(file, Files.readAllLines(file).get(0) + "\n");
    run("--out", parts + "/", "--resume").expect(ExitCode.OK);
    assertEquals(7, names().size(), names().toString());
    assertTrue(Files.readString(file).endsWith("{\"whole\":\"21\"}\n"));
  }

  @Test
  void lineOfTheManifestThatACrashCutOffIsNone() throws IOException {
    end(csv);
    Files.writeString(manifest, "{\"rows\":\"4\",\"fai", StandardOpenOption.APPEND);
    Files.writeString(part, "x.png,1,0.", StandardOpenOption.APPEND);
    run("--out", csv, "--resume").expect(ExitCode.OK);
    assertEquals(rows, Files.readString(csv));
  }

  @Test
  void otherSettingsAreRefusedAndNothingIsLost() throws IOException {
    end(csv);
    String error = run("--out", csv, "--resume", "--top-k", 2).expect(ExitCode.USAGE).err();
    assertTrue(error.contains("--resume: --top-k was 1 for the rows that "), error);
    assertTrue(error.contains(" tells of, now it is 2; give the same, or begin again"), error);
    Object[][] others = {
      {"--max-pixels", 100}, {"--decode", "fast"}, {"--column", "b"}, {"--root", folder}
    };
    for (Object[] other : others) {
      error = run("--out", csv, "--resume", other[0], other[1]).expect(ExitCode.USAGE).err();
      assertTrue(error.contains("--resume: " + other[0] + " was "), error);
    }
    run("--out", csv, "--resume").expect(ExitCode.OK);
    assertEquals(rows, Files.readString(csv));
  }

  @Test
  void otherInputsAreRefused() throws IOException {
    end(csv);
    Path added = Files.copy(pictures.resolve("good-00.png"), pictures.resolve("good-05a.png"));
    String error = run("--out", csv, "--resume").expect(ExitCode.FAILED).err();
    assertTrue(error.contains("--resume: the inputs of part 1 are others than before: 4 "), error);
    assertTrue(error.contains("good-04.png to "), error);
    Files.delete(added);
    run("--out", csv, "--resume").expect(ExitCode.OK);
    assertEquals(rows, Files.readString(csv));
  }

  @Test
  void jobThatBeginsAgainKeepsWhatCanBeResumed() throws IOException {
    end(csv);
    run("--out", csv).expect(ExitCode.OK);
    assertEquals(rows, Files.readString(csv));
    assertTrue(Files.exists(folder.resolve("predictions.csv.part.1")));
    assertTrue(Files.exists(folder.resolve("predictions.csv.part.1.manifest")));
    assertFalse(Files.exists(manifest));
  }

  @Test
  void refusedJobLeavesTheOthersRowsAlone() throws IOException {
    end(csv);
    try (FileChannel other = FileChannel.open(part, StandardOpenOption.WRITE);
        FileLock unused = other.lock(Long.MAX_VALUE - 1, 1, false)) {
      String error = run("--out", csv, "--resume").expect(ExitCode.FAILED).err();
      assertTrue(error.contains(": another job writes it; "), error);
      assertTrue(Files.exists(part));
    }
    run("--out", csv, "--resume").expect(ExitCode.OK);
    assertEquals(rows, Files.readString(csv));
  }

  @Test
  void secondJobOnAFolderIsRefused() throws IOException {
    try (FolderLock unused = FolderLock.of(parts)) {
      String error = run("--out", parts + "/", "--resume").expect(ExitCode.FAILED).err();
      assertTrue(error.contains("another process writes there"), error);
    }
  }

  @Test
  void whatIsPrintedCannotBeResumed() {
    String error = run("--resume").error(ExitCode.USAGE);
    assertTrue(error.contains("--resume: it needs --out"), error);
  }
}
