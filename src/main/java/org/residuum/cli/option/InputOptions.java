package org.residuum.cli.option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.data.input.PictureInputs;
import org.residuum.data.source.DatasetOptions;
import org.residuum.text.FileText;
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

  /** Whether any was given. */
  public boolean given() {
    return column != null || root != null;
  }

  /** As it was typed, to be typed again: {@code --root pics}; "" where none was given. */
  public String text() {
    return (column == null ? "" : " --column " + Console.quoted(column))
        + (root == null ? "" : " --root " + Console.quoted(root.toString()));
  }

  /** Adds what rows depend on. */
  public void addTo(Map<String, String> settings) {
    settings.put("--column", column == null ? "as usual" : column);
    settings.put("--root", root == null ? "as usual" : FileText.of(root));
  }

  /**
   * The same for a table that is a data set.
   *
   * @throws CommandFailure where the data are something else
   */
  public DatasetOptions over(String spec, DatasetOptions options) {
    if (given() && !spec.startsWith("csv:")) {
      throw CommandFailure.usage("--column, --root: they are for pictures that csv:FILE names");
    }
    return options.withPictureColumn(column).withRoot(root);
  }

  /** For sources without labels; what was taken and what was left out is said. */
  public PictureInputs.Options options(Console console) {
    return PictureInputs.Options.DEFAULTS
        .withColumn(column)
        .withRoot(root)
        .withNotices(line -> console.say("%s", line));
  }

  /**
   * Opens sources.
   *
   * @throws CommandFailure where one is no source
   */
  public static PictureInputs open(List<String> sources, PictureInputs.Options options)
      throws IOException {
    try {
      return PictureInputs.open(sources, options);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--data " + e.getMessage());
    }
  }
}
