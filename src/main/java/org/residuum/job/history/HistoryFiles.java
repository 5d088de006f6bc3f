package org.residuum.job.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.format.folder.SavedModel;
import org.residuum.format.tensorboard.EventFile;
import org.residuum.train.TrainingResult;

/**
 * {@code history.csv} and {@code history.jsonl} in a folder: a line an epoch, there as soon as the
 * epoch is evaluated.
 */
final class HistoryFiles {
  private static final List<String> NAMES = SavedModel.HISTORY;

  private final EpochLines csv;
  private final EpochLines jsonl;

  HistoryFiles(Path folder) {
    csv = new EpochLines(folder.resolve(SavedModel.HISTORY.get(0)), HistoryText::csvEpoch);
    jsonl = new EpochLines(folder.resolve(SavedModel.HISTORY.get(1)), HistoryText::jsonEpoch);
  }

  /** Keeps the lines of so many epochs. */
  void keep(int epochs) throws IOException {
    csv.keep(epochs, true);
    jsonl.keep(epochs, false);
  }

  /** Adds an epoch; the columns of a file stay those that it began with. */
  void add(TrainingResult.EpochResult result, Instant end) throws IOException {
    Map<String, Object> figures = EpochFigures.of(result, end);
    if (csv.header().isEmpty()) {
      csv.begin(HistoryText.csv(figures.keySet()));
    }
    Map<String, Object> columns = new LinkedHashMap<>();
    for (String column : csv.header().split(",", -1)) {
      columns.put(column, figures.getOrDefault(column, Double.NaN));
    }
    csv.add(HistoryText.csv(columns.values()));
    jsonl.add(HistoryText.json(figures, result));
  }

  /** What is beside a model of its history, event files included. */
  static void delete(Path folder) throws IOException {
    for (String name : NAMES) {
      Files.deleteIfExists(folder.resolve(name));
    }
    Path events = folder.resolve(SavedModel.EVENTS);
    for (Path file : EventFile.in(events)) {
      Files.delete(file);
    }
    if (Files.isDirectory(events) && EventFile.isAll(events)) {
      Files.delete(events);
    }
  }

  /** Puts the history of one folder, if it has one, in place of another's. */
  static void move(Path from, Path to) throws IOException {
    transfer(from, to, (file, place) -> Files.move(file, place));
    delete(from);
  }

  /** The same, and the first folder keeps it. */
  static void copy(Path from, Path to) throws IOException {
    transfer(from, to, (file, place) -> Files.copy(file, place));
  }

  private interface Transfer {
    void of(Path file, Path place) throws IOException;
  }

  private static void transfer(Path from, Path to, Transfer one) throws IOException {
    delete(to);
    for (String name : NAMES) {
      if (Files.exists(from.resolve(name))) {
        Files.createDirectories(to);
        one.of(from.resolve(name), to.resolve(name));
      }
    }
    Path events = to.resolve(SavedModel.EVENTS);
    for (Path file : EventFile.in(from.resolve(SavedModel.EVENTS))) {
      Files.createDirectories(events);
      one.of(file, events.resolve(file.getFileName()));
    }
  }
}
