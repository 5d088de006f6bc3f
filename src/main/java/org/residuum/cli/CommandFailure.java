package org.residuum.cli;

/** Ends a command with one line for the person and an exit code. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  private CommandFailure(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  static CommandFailure failed(String message) {
    return new CommandFailure(ExitCode.FAILED, message, null);
  }

  static CommandFailure failed(String message, Throwable cause) {
    return new CommandFailure(ExitCode.FAILED, message, cause);
  }

  static CommandFailure usage(String message) {
    return new CommandFailure(ExitCode.USAGE, message, null);
  }

  static CommandFailure noGpu(String message) {
    return new CommandFailure(ExitCode.NO_GPU, message, null);
  }

  static CommandFailure interrupted(String message) {
    return new CommandFailure(ExitCode.INTERRUPTED, message, null);
  }

  int exitCode() {
    return exitCode;
  }
}
