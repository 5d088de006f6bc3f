package org.residuum.cli;

/** What the process answers its caller with. */
final class ExitCode {
  static final int OK = 0;

  /** The work failed: a file, a number, the machine. */
  static final int FAILED = 1;

  /** The command line makes no sense. */
  static final int USAGE = 2;

  /** A GPU was demanded and there is none. */
  static final int NO_GPU = 3;

  /** What a shell gives a process that Ctrl-C ends: 128 + SIGINT. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
