package org.residuum.job.history;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.residuum.format.folder.SavedModel;
import org.residuum.format.tensorboard.EventFile;
import org.residuum.train.Evaluation;
import org.residuum.train.TrainingListener.TrainingStep;
import org.residuum.train.TrainingResult;

/**
 * What a training tells in files while it goes on: {@code history.csv} and {@code history.jsonl}
 * beside its checkpoints, TensorBoard's where wanted. A file that cannot be written does not end
 * the training. Used by the thread that trains.
 */
public final class TrainingLog implements AutoCloseable {
  private final Path model;
  private final Path folder;
  private final Path events;
  private final HistoryFiles history;
  private final Consumer<IOException> complaints;
  private EventLog log;
  private boolean complained;

  private interface Writing {
    void run() throws IOException;
  }

  /**
   * The files of one training.
   *
   * @param model where it goes in the end
   * @param folder where its checkpoints are
   * @param events for TensorBoard's files; null for none
   * @param complaints told of the first thing that cannot be written
   */
  public TrainingLog(Path model, Path folder, Path events, Consumer<IOException> complaints) {
    this.model = model;
    this.folder = folder;
    this.events = events;
    this.complaints = complaints;
    history = new HistoryFiles(folder);
  }

  /** Whether a folder for TensorBoard's files has some. */
  public static boolean hasEvents(Path folder) throws IOException {
    return !EventFile.in(folder).isEmpty();
  }

  /** Whether a folder for TensorBoard's files has some of other models' trainings. */
  public static boolean hasOthers(Path folder, Path model) throws IOException {
    for (Path file : EventFile.in(folder)) {
      if (!EventLog.isOf(file, model)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Begins, or goes on: what was told of later epochs is taken back.
   *
   * @param epochs that are done
   * @param steps that are done, those of a further epoch included
   * @param earlier where the training's checkpoints were before
   * @param settings for TensorBoard's page
   */
  public void begin(int epochs, long steps, Path earlier, Map<String, String> settings) {
    attempt(
        () -> {
          if (steps == 0) {
            delete(folder);
          } else if (!earlier.equals(folder)) {
            HistoryFiles.copy(earlier, folder);
          }
          history.keep(epochs);
        });
    if (events != null) {
      attempt(() -> log = new EventLog(events, steps, model, settings));
    }
  }

  /** A step is done. */
  public void step(TrainingStep step) {
    if (log != null) {
      tell(() -> log.step(step));
    }
  }

  /** An epoch is done and evaluated. */
  public void epoch(TrainingResult.EpochResult result) {
    Instant now = Instant.now();
    attempt(() -> history.add(result, now));
    if (log != null) {
      tell(() -> log.epoch(EpochFigures.of(result, now), result));
    }
  }

  /** Has the steps so far on disk before a checkpoint that follows them is. */
  public void flush() {
    if (log != null) {
      tell(log::flush);
    }
  }

  /** The model of the training was tested. */
  public void tested(Evaluation test) {
    if (log != null && test.isThere()) {
      tell(() -> log.tested(test));
    }
  }

  /** Moves what is beside the checkpoints to the finished model, in place of what is there. */
  public void moveTo(Path model) throws IOException {
    close();
    if (!model.equals(folder)) {
      HistoryFiles.move(folder, model);
    }
  }

  /** Removes what is beside a model of its history. */
  public static void delete(Path folder) throws IOException {
    HistoryFiles.delete(folder);
  }

  /** Where TensorBoard's files are beside a model. */
  public static Path eventsBeside(Path folder) {
    return folder.resolve(SavedModel.EVENTS);
  }

  /** Half an event cannot be taken back, so a file that failed is left. */
  private void tell(Writing writing) {
    if (!attempt(writing)) {
      close();
    }
  }

  private boolean attempt(Writing writing) {
    try {
      writing.run();
      return true;
    } catch (IOException e) {
      if (!complained) {
        complaints.accept(e);
      }
      complained = true;
      return false;
    }
  }

  @Override
  public void close() {
    EventLog last = log;
    log = null;
    if (last != null) {
      attempt(last::close);
    }
  }
}
