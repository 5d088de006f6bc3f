package org.residuum.job;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.residuum.train.Checkpoint;

/**
 * Flight Recorder's event of a checkpoint; nothing where the Java runtime has no {@code jdk.jfr} or
 * records none.
 */
final class CheckpointRecorder {
  private static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private CheckpointRecorder() {}

  private static void nobody(Object ended) {}

  /** Begins an event; what it gives ends it and takes whether the checkpoint could be written. */
  static Consumer<? super Boolean> begin(Checkpoint checkpoint, Path folder) {
    return PRESENT ? Events.begin(checkpoint, folder) : CheckpointRecorder::nobody;
  }

  /** Loaded only where the class of the event can be. */
  private static final class Events {
    static Consumer<? super Boolean> begin(Checkpoint checkpoint, Path folder) {
      CheckpointEvent event = new CheckpointEvent();
      if (!event.isEnabled()) {
        return CheckpointRecorder::nobody;
      }
      event.begin();
      return written -> {
        event.epochs = checkpoint.epoch();
        event.steps = checkpoint.begun().steps();
        event.folder = folder.toString();
        event.failed = !written;
        event.commit();
      };
    }
  }
}
