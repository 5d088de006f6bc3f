package org.residuum.cli.text;

import java.util.LinkedHashMap;
import java.util.Map;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ctrl-C, or a polite kill, while something worth keeping is in memory: the first one is noted, so
 * that the work can end in good order, the second ends the process at once.
 */
public final class Interruption implements AutoCloseable {
  private static final String[] SIGNALS = {"INT", "TERM"};

  private final Console console;
  private final String then;
  private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();
  private volatile boolean asked;
  private volatile boolean ending;

  /**
   * Listens from now on.
   *
   * @param then what happens after the first, for the person
   */
  public Interruption(Console console, String then) {
    this.console = console;
    this.then = then;
    for (String name : SIGNALS) {
      Signal signal = new Signal(name);
      try {
        before.put(signal, Signal.handle(signal, this::arrived));
      } catch (IllegalArgumentException e) {
        // This Java was told to leave signals alone (-Xrs); they end it at once.
      }
    }
  }

  private void arrived(Signal signal) {
    if (ending) {
      Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }
    if (asked) {
      ending = true;
      Runtime.getRuntime().exit(ExitCode.INTERRUPTED); // Removes temporary files first.
    }
    asked = true;
    console.say("interrupted: %s; again ends at once", then);
  }

  /** Whether somebody wants the work to end. */
  public boolean asked() {
    return asked;
  }

  /** Gives the signals back. */
  @Override
  public void close() {
    before.forEach(Signal::handle);
  }
}
