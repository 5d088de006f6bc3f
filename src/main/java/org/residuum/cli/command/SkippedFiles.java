package org.residuum.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.residuum.cli.option.FailureOptions;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.Failures;
import org.residuum.data.Dataset;
import org.residuum.job.TrainingData;
import org.residuum.text.FileText;

/** The files of a data set that could not be used, in whichever of its parts. */
final class SkippedFiles {
  private static final String ITEMS = "file";

  private final Map<Path, String> reasons = new LinkedHashMap<>();
  private long total;

  SkippedFiles(TrainingData data) {
    for (Dataset part :
        Stream.of(Optional.of(data.training()), data.validation(), data.test())
            .flatMap(Optional::stream)
            .toList()) {
      total += part.size();
      for (Dataset.SkippedFile one : part.skipped()) {
        total += reasons.put(one.file(), one.reason()) == null ? 1 : 0;
      }
    }
  }

  /** Names them. */
  void say(Console console, FailureOptions options, boolean overwrite) throws IOException {
    String elsewhere = "name a file for all of them with --errors";
    try (Failures failures = options.open(console, ITEMS, elsewhere, overwrite)) {
      for (Map.Entry<Path, String> one : reasons.entrySet()) {
        failures.add(FileText.of(one.getKey()), one.getValue());
      }
      failures.finish();
    }
  }

  /**
   * At the end.
   *
   * @throws CommandFailure where they are too many
   */
  void check(FailureOptions options) {
    options.check(reasons.size(), total, ITEMS);
  }
}
