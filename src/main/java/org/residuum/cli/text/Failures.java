package org.residuum.cli.text;

import java.io.IOException;
import java.util.List;
import org.residuum.text.Printable;

/** Counts what failed, names the first on the terminal and all in a file, if one is asked for. */
public final class Failures implements AutoCloseable {
  private static final int MOST_NAMED = 20;

  private final Console console;

  /** Null where none is asked for. */
  private final CsvFile file;

  private final String where;
  private int count;

  public Failures(Console console, String items, CsvFile file, String where) throws IOException {
    this.console = console;
    this.file = file;
    this.where = where;
    if (file != null && file.isEmpty()) {
      file.add(List.of(items, "reason"));
    }
  }

  /**
   * One more.
   *
   * @param reason one line
   */
  public void add(String item, String reason) throws IOException {
    count++;
    if (count <= MOST_NAMED) {
      console.say("failed %s: %s", Printable.name(item), reason);
    } else if (count == MOST_NAMED + 1) {
      console.say("failed %s and perhaps more: %s", Printable.name(item), where);
    }
    if (file != null) {
      file.add(List.of(item, reason));
    }
  }

  /** The same of a message that begins with the item's name. */
  public void add(String item, IOException failure) throws IOException {
    add(item, reason(item, failure));
  }

  /** What went wrong, without the name of what it went wrong with. */
  public static String reason(String item, IOException failure) {
    String prefix = item + ": ";
    String whole = String.valueOf(failure.getMessage());
    if (whole.startsWith(prefix)) { // Before the line is cut: names may hold line ends.
      return ErrorText.firstLine(whole.substring(prefix.length()));
    }
    String reason = ErrorText.of(failure);
    return reason.startsWith(prefix) ? reason.substring(prefix.length()) : reason;
  }

  public void flush() throws IOException {
    if (file != null) {
      file.flush();
    }
  }

  /** Whether all of them go to a file. */
  public boolean isFile() {
    return file != null;
  }

  /** Brings that to disk, as {@link LinesFile#sync}. */
  public LinesFile.Position sync() throws IOException {
    return file == null ? LinesFile.Position.START : file.sync();
  }

  public int count() {
    return count;
  }

  /** All are known. */
  public void finish() throws IOException {
    if (file != null) {
      file.finish();
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
