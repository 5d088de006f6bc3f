package org.residuum.cli.text;

/** What the process answers its caller with. */
public final class ExitCode {
  public static final int OK = 0;

  /** The work failed: a file, a number, the machine. */
  public static final int FAILED = 1;

  /** The command line makes no sense. */
  public static final int USAGE = 2;

  /** A GPU was demanded and there is none. */
  public static final int NO_GPU = 3;

  /** What a shell gives a process that Ctrl-C ends: 128 + SIGINT. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
