package org.residuum.job;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A checkpoint that was written. */
@Name("org.residuum.Checkpoint")
@Label("Training Checkpoint")
@Description("A training's state written to its folder, beside the steps that go on")
@Category("Residuum")
@StackTrace(false)
@SuppressWarnings("unused") // The recorder reads the fields.
final class CheckpointEvent extends Event {
  @Label("Epochs")
  @Description("Those that are done")
  int epochs;

  @Label("Steps")
  @Description("Those of a further epoch that are done")
  int steps;

  @Label("Folder")
  String folder;

  @Label("Failed")
  boolean failed;
}
