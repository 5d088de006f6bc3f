package org.residuum.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.backend.Backend;
import org.residuum.data.Dataset;
import org.residuum.format.model.SavedModel;
import org.residuum.format.model.TrainingState;
import org.residuum.network.Parameters;
import org.residuum.train.Checkpoint;
import org.residuum.train.EpochResult;
import org.residuum.train.TrainingOptions;
import org.residuum.train.TrainingResult;

/** The folder that a training writes: its model, and on the way its checkpoints. */
final class TrainingFolder {
  /** Checkpoints cost a file's write and sync; short epochs share one. */
  private static final double SECONDS_BETWEEN = 30;

  private final Console console;
  private final Backend backend;
  private final Dataset training;
  private final StartingPoint start;
  private final TrainingNotes split;
  private final TrainingOptions options;
  private final Path path;
  private boolean overwrite;
  private long saved = System.nanoTime();

  TrainingFolder(
      Console console,
      Backend backend,
      Dataset training,
      StartingPoint start,
      TrainingNotes split,
      TrainingOptions options,
      Path path,
      boolean overwrite) {
    this.console = console;
    this.backend = backend;
    this.training = training;
    this.start = start;
    this.split = split;
    this.options = options;
    this.path = path;
    this.overwrite = overwrite;
  }

  Path path() {
    return path;
  }

  /** Saves the state between two epochs, unless that was done a moment ago. */
  void checkpoint(Checkpoint checkpoint) {
    if ((System.nanoTime() - saved) / 1e9 < SECONDS_BETWEEN) {
      return;
    }
    try {
      save(checkpoint.parameters(), state(checkpoint), notes(checkpoint.epoch(), null));
    } catch (IOException e) {
      console.say("no checkpoint after epoch %d: %s", checkpoint.epoch(), e.getMessage());
    }
  }

  /** Saves what a training brought that is at its end. */
  void saveLast(TrainingResult result) throws IOException {
    EpochResult last = result.lastResult();
    save(result.last(), null, notes(last.epoch(), last));
  }

  /** Saves what a training brought that was stopped, so that it can go on. */
  void saveStopped(TrainingResult result) throws IOException {
    EpochResult last = result.history().isEmpty() ? null : result.lastResult();
    Checkpoint checkpoint = result.checkpoint();
    TrainingState state = checkpoint.epoch() == 0 ? null : state(checkpoint);
    save(result.last(), state, notes(checkpoint.epoch(), last));
  }

  private TrainingState state(Checkpoint checkpoint) {
    return Checkpoints.toState(checkpoint, training, options);
  }

  private void save(Parameters weights, TrainingState state, Map<String, String> notes)
      throws IOException {
    new SavedModel(
            start.network(), weights, training.labels(), start.preprocessing().toMap(), notes)
        .save(path, overwrite, state);
    overwrite = true;
    saved = System.nanoTime();
  }

  private Map<String, String> notes(int epochs, EpochResult last) {
    Map<String, String> notes = new LinkedHashMap<>();
    notes.put("command", console.commandLine());
    notes.put("data", training.name());
    notes.put("model", start.name());
    notes.put("options", OptionsText.of(options));
    notes.putAll(split.toMap());
    notes.put("epochs", String.valueOf(epochs));
    if (last != null) {
      notes.put("test_top1", String.valueOf(last.test().top1()));
      notes.put("test_loss", String.valueOf(last.test().loss()));
    }
    notes.put("device", backend.name() + ": " + backend.description());
    notes.put("residuum", Version.text());
    return notes;
  }
}
