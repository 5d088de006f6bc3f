package org.residuum.train;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A step of a training. */
@Name("org.residuum.TrainingStep")
@Label("Training Step")
@Description("Forward, backward and update of one step of a training")
@Category("Residuum")
@StackTrace(false)
@SuppressWarnings("unused") // The recorder reads the fields.
final class StepEvent extends Event {
  @Label("Epoch")
  int epoch;

  @Label("Step")
  @Description("Within the epoch, from 1")
  int step;

  @Label("Loss")
  double loss;

  @Label("Learning Rate")
  double learningRate;

  @Label("Gradient Norm")
  @Description("L2 norm of all gradients, before it is limited")
  double gradientNorm;

  @Label("Images")
  int images;

  @Label("Waiting for Data")
  @Description("How long there was nothing to do since the batch was not ready")
  @Timespan(Timespan.NANOSECONDS)
  long waiting;
}
