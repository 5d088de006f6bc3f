package org.residuum.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.cli.command.BenchCommand;
import org.residuum.cli.command.ConvertCommand;
import org.residuum.cli.command.DemoCommand;
import org.residuum.cli.command.DepthCommand;
import org.residuum.cli.command.DoctorCommand;
import org.residuum.cli.command.EvalCommand;
import org.residuum.cli.command.InspectCommand;
import org.residuum.cli.command.PredictCommand;
import org.residuum.cli.command.ProfileCommand;
import org.residuum.cli.command.RecipesCommand;
import org.residuum.cli.command.TrainCommand;
import org.residuum.cli.option.DataOption;
import org.residuum.cli.text.ExitCode;
import org.residuum.cli.text.PrintableStream;
import org.residuum.cli.text.StandardOutput;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line, {@code residuum COMMAND}. */
@Command(
    name = "residuum",
    description = "Trains residual networks and runs them, on the CPU or on an NVIDIA GPU.",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  residuum demo                          see it all work, nothing to download",
      "  residuum train --data folder:photos --model resnet20 --out runs/photos",
      "  residuum predict --model runs/photos --data more-photos --out predictions.csv",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a GPU was demanded and there is none, 130"
          + " interrupted."
    })
public final class Main implements Runnable {
  /** In the order in which help lists them. */
  private static final Map<String, Class<?>> COMMANDS = commands();

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  private Main() {}

  private static Map<String, Class<?>> commands() {
    Map<String, Class<?>> commands = new LinkedHashMap<>();
    commands.put("demo", DemoCommand.class);
    commands.put("train", TrainCommand.class);
    commands.put("recipes", RecipesCommand.class);
    commands.put("eval", EvalCommand.class);
    commands.put("predict", PredictCommand.class);
    commands.put("inspect", InspectCommand.class);
    commands.put("profile", ProfileCommand.class);
    commands.put("bench", BenchCommand.class);
    commands.put("convert", ConvertCommand.class);
    commands.put("depth", DepthCommand.class);
    commands.put("doctor", DoctorCommand.class);
    return commands;
  }

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true");
    Ahead.start(List.of(args));
    CommandLine line = commandLine(args);
    // The log's lines are not the command's own: they may quote files.
    line.setErr(line.getErr());
    System.setErr(PrintableStream.before(System.err));
    System.exit(execute(line, new FileOutputStream(FileDescriptor.out), args));
  }

  /** Runs a command that prints its results into a stream; gives its exit code. */
  static int execute(CommandLine line, OutputStream results, String... args) {
    StandardOutput output = new StandardOutput(results);
    line.setOut(output.writer());
    line.setExecutionExceptionHandler(
        (error, command, parsed) ->
            output.failed() ? ExitCode.OK : ErrorLines.failure(error, command, parsed));
    int exitCode = execute(line, args);
    line.getOut().flush();
    if (!output.failed() || output.complaint().isEmpty()) {
      return exitCode;
    }
    line.getErr().println("residuum: " + output.complaint());
    line.getErr().flush();
    return ExitCode.FAILED;
  }

  private static int execute(CommandLine line, String... args) {
    try {
      return line.execute(args);
    } catch (OutOfMemoryError e) {
      line.getErr()
          .println(
              "residuum: out of memory ("
                  + e.getMessage()
                  + "); use a smaller --batch, or more memory with RESIDUUM_JAVA_OPTS=-Xmx8g");
      line.getErr().flush();
      return ExitCode.FAILED;
    }
  }

  /**
   * The parser for one run. Reading a command's options by reflection takes 10 to 20 ms at a cold
   * start, so the other commands are left out where the arguments begin with one.
   */
  static CommandLine commandLine(String... args) {
    CommandLine line = new CommandLine(new Main());
    String first = args.length == 0 ? "" : args[0];
    COMMANDS.forEach(
        (name, command) -> {
          if (name.equals(first) || !COMMANDS.containsKey(first)) {
            line.addSubcommand(command);
          }
        });
    line.setResourceBundle(DataOption.HELP);
    prepare(line);
    return line;
  }

  /** What all of our command lines have in common. */
  static void prepare(CommandLine line) {
    Converters.register(line);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.setAbbreviatedOptionsAllowed(false);
    line.setExpandAtFiles(false); // --data @FILE is a list of pictures.
    line.setExecutionStrategy(ErrorLines::run);
    line.setParameterExceptionHandler(ErrorLines::usage);
    line.setExecutionExceptionHandler(ErrorLines::failure);
  }

  boolean debug() {
    return debug;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "name a command: " + String.join(", ", spec.subcommands().keySet()));
  }
}
