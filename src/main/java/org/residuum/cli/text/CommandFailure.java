package org.residuum.cli.text;

/** Ends a command with one line for the person and an exit code. */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  private CommandFailure(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  public static CommandFailure failed(String message) {
    return new CommandFailure(ExitCode.FAILED, message, null);
  }

  public static CommandFailure failed(String message, Throwable cause) {
    return new CommandFailure(ExitCode.FAILED, message, cause);
  }

  public static CommandFailure usage(String message) {
    return new CommandFailure(ExitCode.USAGE, message, null);
  }

  public static CommandFailure noGpu(String message) {
    return new CommandFailure(ExitCode.NO_GPU, message, null);
  }

  public static CommandFailure interrupted(String message) {
    return new CommandFailure(ExitCode.INTERRUPTED, message, null);
  }

  /** The same about another option, which takes what the one takes that it was about. */
  public CommandFailure about(String option, String other) {
    return new CommandFailure(exitCode, getMessage().replace(option + " ", other + " "), this);
  }

  public int exitCode() {
    return exitCode;
  }
}
