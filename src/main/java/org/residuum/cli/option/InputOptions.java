package org.residuum.cli.option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.data.input.PictureInputs;
import picocli.CommandLine.Option;

/** How the sources of pictures are read that {@code --data} names. */
public final class InputOptions {
  @Option(
      names = "--column",
      paramLabel = "NAME",
      description =
          "Of tables: the column of paths or bytes of pictures, by name or by number from 1; else"
              + " the one with a usual name, such as path, file_name or image.")
  private String column;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "What relative paths in lists and tables start from (default: the working folder for"
              + " lists, the table's folder for tables).")
  private Path root;

  @Option(
      names = "--label-map",
      paramLabel = "FILE",
      description =
          "The labels of pictures, in place of the folders' names or a table's column: a name, or"
              + " the end of one, and a label on each line.")
  private Path labelMap;

  /** A file that is read besides the sources, or null. */
  public Path labelMap() {
    return labelMap;
  }

  /** Whether any was given. */
  public boolean given() {
    return column != null || root != null || labelMap != null;
  }

  /**
   * Opens sources; says what was taken and what was left out.
   *
   * @param labelColumn of a table, or null
   * @param classes the model's, or none
   * @throws CommandFailure where one is no source
   */
  public PictureInputs open(
      List<String> sources, String labelColumn, List<String> classes, Console console)
      throws IOException {
    PictureInputs.Options options =
        PictureInputs.Options.DEFAULTS
            .withColumn(column)
            .withLabelColumn(labelColumn)
            .withRoot(root)
            .withLabelFile(labelMap)
            .withClasses(classes)
            .withNotices(line -> console.say("%s", line));
    try {
      return PictureInputs.open(sources, options);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--data " + e.getMessage());
    }
  }
}
