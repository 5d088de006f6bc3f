package org.residuum.cli.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import org.residuum.text.Printable;

/** A stream for the lines of a log, made {@link Printable} before they go on. */
public final class PrintableStream extends OutputStream {
  private final PrintStream to;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  private PrintableStream(PrintStream to) {
    this.to = to;
  }

  /** The same lines in the same encoding. */
  public static PrintStream before(PrintStream to) {
    return new PrintStream(new PrintableStream(to), true, charset());
  }

  private static Charset charset() {
    return Charset.forName(System.getProperty("stderr.encoding", Charset.defaultCharset().name()));
  }

  @Override
  public void write(int value) throws IOException {
    line.write(value);
  }

  @Override
  public void flush() throws IOException {
    to.print(Printable.lines(line.toString(charset())));
    to.flush();
    line.reset();
  }
}
