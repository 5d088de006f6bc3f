package org.residuum.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Files that grow, and what is left of them when their job is killed at the worst moments. */
@EnabledOnOs({OS.LINUX, OS.MAC})
final class CsvFileTest {
  private static final String HEAD = "file,label\n";

  @TempDir private Path folder;
  private Path file;
  private Path part;
  private Process process;
  private final StringWriter said = new StringWriter();
  private final Console console = new Console(null, new PrintWriter(said, true), "");

  @BeforeEach
  void name() {
    file = folder.resolve("rows.csv");
    part = folder.resolve("rows.csv.part");
  }

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private static String row(int number) {
    return number + ".png,\"a \"\"class\"\", or\ntwo\"\n";
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private CsvFile open() throws IOException {
    return open(false);
  }

  private CsvFile open(boolean overwrite) throws IOException {
    return CsvFile.open("--out", file, "row", overwrite, console);
  }

  /** A whole job. */
  private void write(boolean overwrite) throws IOException {
    try (CsvFile csv = open(overwrite)) {
      csv.add(List.of("file", "label"));
      csv.add(List.of("x.png", "x"));
      csv.finish();
    }
  }

  private void start(CsvFileChild.Moment moment, String... before) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(
            java,
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            CsvFileChild.class.getName(),
            moment.name(),
            file.toString());
    process =
        new ProcessBuilder(Stream.concat(Stream.of(before), command.stream()).toList())
            .redirectErrorStream(true)
            .start();
  }

  private int exitCode() throws InterruptedException {
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still running after a minute");
    return process.exitValue();
  }

  private void kill(CsvFileChild.Moment moment) throws Exception {
    start(moment);
    assertEquals(137, exitCode(), () -> new String(bytes()));
  }

  private byte[] bytes() {
    try {
      return process.getInputStream().readAllBytes();
    } catch (IOException e) {
      return new byte[0];
    }
  }

  @Test
  void wholeFileHasItsNameAndNothingElseIsLeft() throws IOException {
    write(false);
    assertEquals(HEAD + "x.png,x\n", Files.readString(file));
    assertEquals(List.of("rows.csv"), names());
  }

  @Test
  void jobKilledBeforeItsFirstRowIsInNobodysWay() throws Exception {
    kill(CsvFileChild.Moment.CLAIMED);
    assertEquals(List.of("rows.csv.part"), names());
    write(false);
    assertEquals(List.of("rows.csv"), names());
    assertEquals("", said.toString());
  }

  @Test
  void jobKilledAmongItsRowsLeavesWholeOnesWhichTheNextKeeps() throws Exception {
    kill(CsvFileChild.Moment.MID_ROWS);
    assertEquals(HEAD + row(1) + row(2), Files.readString(part));
    kill(CsvFileChild.Moment.MID_ROWS);
    write(false);
    assertEquals(List.of("rows.csv", "rows.csv.part.1", "rows.csv.part.2"), names());
    assertEquals(HEAD + row(1) + row(2), Files.readString(folder.resolve("rows.csv.part.2")));
    assertEquals(
        part + ": left by a job that was ended, kept as rows.csv.part.2\n", said.toString());
  }

  @Test
  void jobKilledAfterItsLastRowLeavesThemAll() throws Exception {
    kill(CsvFileChild.Moment.ALL_ROWS);
    assertFalse(Files.exists(file));
    assertEquals(HEAD + row(1) + row(2) + row(3) + row(4), Files.readString(part));
  }

  @Test
  void jobKilledWhileItsFileHasBothNamesHasItWhole() throws Exception {
    kill(CsvFileChild.Moment.NAMED);
    assertEquals(HEAD + row(1) + row(2) + row(3) + row(4), Files.readString(file));
    assertThrows(CommandFailure.class, this::open);
    write(true);
    assertEquals(HEAD + "x.png,x\n", Files.readString(file));
    assertEquals(List.of("rows.csv"), names());
  }

  @Test
  void secondJobIsRefusedWhileAnotherProcessWrites() throws Exception {
    start(CsvFileChild.Moment.WAIT);
    try (BufferedReader lines = process.inputReader()) {
      assertEquals("waiting", lines.readLine());
      String refusal = assertThrows(CommandFailure.class, () -> open(true)).getMessage();
      assertEquals(
          "--out " + file + ": another job writes it; wait for its end or name another file",
          refusal);
      process.outputWriter().write("go on\n");
      process.outputWriter().flush();
      assertEquals(0, exitCode());
    }
    assertEquals(HEAD + row(1) + row(2) + row(3) + row(4), Files.readString(file));
    assertEquals(List.of("rows.csv"), names());
  }

  @Test
  void secondJobOfTheSameProcessIsRefusedAndTheFirstKeepsItsLock() throws IOException {
    try (CsvFile csv = open()) {
      csv.add(List.of("file", "label"));
      csv.add(List.of("x.png", "x"));
      assertThrows(CommandFailure.class, this::open);
      assertThrows(CommandFailure.class, this::open);
      csv.finish();
    }
    assertEquals(HEAD + "x.png,x\n", Files.readString(file));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whatALimitCutsIsTakenBackToWholeRowsAndSaid() throws Exception {
    start(CsvFileChild.Moment.ENDLESS, "bash", "-c", "ulimit -f 1; exec \"$@\"", "bash");
    assertEquals(ExitCode.FAILED, exitCode());
    List<String> output = new String(bytes()).lines().toList();
    String rows = Files.readString(part);
    assertTrue(rows.length() > 900 && rows.length() <= 1024, rows.length() + " bytes");
    assertTrue(rows.endsWith("two\"\n"), rows);
    long count = rows.lines().count() / 2; // A row has a line break in it.
    assertEquals(count + " rows so far are in " + part, output.get(0));
    assertEquals(
        "--out " + file + ": File too large; make room or name another place", output.get(1));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void fullDeviceIsNamed() throws IOException {
    file = Path.of("/dev/full");
    CommandFailure failure = assertThrows(CommandFailure.class, () -> write(false));
    assertEquals(ExitCode.FAILED, failure.exitCode());
    assertTrue(
        failure.getMessage().contains("/dev/full: No space left on device"), failure.getMessage());
  }

  @Test
  void failedJobSaysWhereItsRowsAre() throws IOException {
    assertThrows(
        IllegalStateException.class,
        () -> {
          try (CsvFile csv = open()) {
            csv.add(List.of("file", "label"));
            csv.add(List.of("x.png", "x"));
            throw new IllegalStateException("broken");
          }
        });
    assertEquals(HEAD + "x.png,x\n", Files.readString(part));
    assertEquals("1 row so far is in " + part + "\n", said.toString());
  }

  @Test
  void failedJobWithoutRowsLeavesNothing() throws IOException {
    try (CsvFile csv = open()) {
      csv.add(List.of("file", "label"));
    }
    assertEquals(List.of(), names());
  }

  @Test
  void fileThatCameMeanwhileIsNotReplaced() throws IOException {
    try (CsvFile csv = open()) {
      csv.add(List.of("file", "label"));
      csv.add(List.of("x.png", "x"));
      Files.writeString(file, "mine");
      assertThrows(CommandFailure.class, csv::finish);
    }
    assertEquals("mine", Files.readString(file));
    assertEquals(HEAD + "x.png,x\n", Files.readString(part));
  }

  @Test
  void partOfAnotherProgramIsNotTakenForOnesOwn() throws IOException {
    try (CsvFile csv = open()) {
      csv.add(List.of("file", "label"));
      csv.add(List.of("x.png", "x"));
      Files.move(part, folder.resolve("moved"));
      Files.writeString(part, "other");
      assertThrows(CommandFailure.class, csv::finish);
    }
    assertFalse(Files.exists(file));
    assertEquals("other", Files.readString(part));
  }

  @Test
  void linkIsFollowed() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("latest"), file);
    try (CsvFile csv = CsvFile.open("--out", link, "row", true, console)) {
      csv.add(List.of("file", "label"));
      assertEquals(part.toRealPath(), csv.place());
      csv.finish();
    }
    assertTrue(Files.isSymbolicLink(link));
    assertEquals(HEAD, Files.readString(file));
  }
}
