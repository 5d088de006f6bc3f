package org.residuum.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a whole process took, from its start to its end.
 *
 * @param wall seconds
 * @param cpu seconds of all its threads, the system's on its behalf too
 */
record ProcessTime(double wall, double cpu) {
  /** Runs a command, timed by bash; its output goes to a log. */
  static ProcessTime of(List<String> command, Path log) throws IOException, InterruptedException {
    Path times = Files.createTempFile("times", ".txt");
    try {
      List<String> timed = new ArrayList<>();
      timed.addAll(
          List.of(
              "bash",
              "-c",
              "TIMEFORMAT='%R %U %S'; { time \"${@:3}\" > \"$1\" 2>&1; } 2> \"$2\"",
              "bash",
              log.toString(),
              times.toString()));
      timed.addAll(command);
      int code = new ProcessBuilder(timed).inheritIO().start().waitFor();
      if (code != 0) {
        throw new IOException(
            String.join(" ", command) + " ended with code " + code + "; see " + log);
      }
      String[] seconds = Files.readString(times).strip().split(" ");
      return new ProcessTime(
          Double.parseDouble(seconds[0]),
          Double.parseDouble(seconds[1]) + Double.parseDouble(seconds[2]));
    } finally {
      Files.deleteIfExists(times);
    }
  }
}
