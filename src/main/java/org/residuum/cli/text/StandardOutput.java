package org.residuum.cli.text;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;

/**
 * Where results go that no file was named for. Writers and print streams keep quiet about a full
 * disk or a reader that went away; this one remembers what they were told.
 */
public final class StandardOutput extends FilterOutputStream {
  private IOException failure;

  public StandardOutput(OutputStream to) {
    super(to);
  }

  /** As the launcher says, or as far as Java can tell. */
  public static boolean isTerminal() {
    return Boolean.parseBoolean(
        System.getProperty("residuum.terminal.out", String.valueOf(System.console() != null)));
  }

  /** In the terminal's encoding; each line goes out at once. */
  public PrintWriter writer() {
    Charset charset =
        Charset.forName(System.getProperty("stdout.encoding", Charset.defaultCharset().name()));
    return new PrintWriter(new OutputStreamWriter(this, charset), true);
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value});
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    try {
      out.write(bytes, from, count);
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }

  public boolean failed() {
    return failure != null;
  }

  /** What to tell the person: nothing where the reader, such as {@code head}, has had enough. */
  public String complaint() {
    String reason = String.valueOf(failure.getMessage());
    return reason.toLowerCase(Locale.ROOT).contains("pipe")
        ? ""
        : "standard output: " + reason + "; what was printed is not whole";
  }
}
