package org.residuum.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.residuum.cli.option.MaxFailures;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** How the values of options are read; what cannot be is said in words that are not Java's. */
final class Converters {
  private Converters() {}

  static void register(CommandLine line) {
    line.registerConverter(Path.class, Converters::path);
    line.registerConverter(Integer.class, text -> (int) whole(text, Integer.MAX_VALUE));
    line.registerConverter(int.class, text -> (int) whole(text, Integer.MAX_VALUE));
    line.registerConverter(Long.class, text -> whole(text, Long.MAX_VALUE));
    line.registerConverter(long.class, text -> whole(text, Long.MAX_VALUE));
    line.registerConverter(Double.class, Converters::number);
    line.registerConverter(MaxFailures.class, MaxFailures::parse);
    line.registerConverter(Float.class, text -> (float) number(text));
  }

  private static long whole(String text, long most) {
    try {
      long value = Long.parseLong(text);
      if (value >= -most && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new TypeConversionException("'" + text + "' is no whole number up to " + most);
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is no number");
    }
  }

  private static Path path(String text) {
    if (text.isBlank()) {
      throw new TypeConversionException("it is empty; name a file or folder");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
