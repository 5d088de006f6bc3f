package org.residuum.cli.text;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process that writes a CSV file and ends as it is told, for {@link CsvFileTest}. */
final class CsvFileChild {
  private CsvFileChild() {}

  /** When to end, as by {@code kill -9}; or to wait, or to go on until an error. */
  enum Moment {
    CLAIMED,
    MID_ROWS,
    ALL_ROWS,
    NAMED,
    WAIT,
    ENDLESS
  }

  public static void main(String[] args) throws IOException {
    Moment moment = Moment.valueOf(args[0]);
    Path file = Path.of(args[1]);
    Console console = new Console(null, new PrintWriter(System.out, true), "");
    try (CsvFile csv = CsvFile.open("--out", file, "row", false, console)) {
      csv.add(List.of("file", "label"));
      write(csv, file, moment);
    } catch (CommandFailure e) {
      console.say("%s", e.getMessage());
      System.exit(e.exitCode());
    }
  }

  private static void write(CsvFile csv, Path file, Moment moment) throws IOException {
    end(moment == Moment.CLAIMED);
    for (int i = 1; i <= 4 || moment == Moment.ENDLESS; i++) {
      csv.add(List.of(i + ".png", "a \"class\", or\ntwo"));
      if (i % 2 == 0) {
        csv.flush();
      }
      end(moment == Moment.MID_ROWS && i == 3);
    }
    if (moment == Moment.WAIT) {
      System.out.println("waiting");
      if (System.in.read() >= 0) {
        csv.finish();
      }
      return;
    }
    end(moment == Moment.ALL_ROWS);
    Files.createLink(file, csv.place()); // The first half of finish().
    end(moment == Moment.NAMED);
  }

  /** No shutdown hooks, no closing: as {@code kill -9}. */
  private static void end(boolean now) {
    if (now) {
      Runtime.getRuntime().halt(137);
    }
  }
}
