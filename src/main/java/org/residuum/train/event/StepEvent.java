package org.residuum.train.event;

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
public final class StepEvent extends Event {
  @Label("Epoch")
  public int epoch;

  @Label("Step")
  @Description("Within the epoch, from 1")
  public int step;

  @Label("Loss")
  public double loss;

  @Label("Learning Rate")
  public double learningRate;

  @Label("Gradient Norm")
  @Description("L2 norm of all gradients, before it is limited")
  public double gradientNorm;

  @Label("Images")
  public int images;

  @Label("Waiting for Data")
  @Description("How long there was nothing to do since the batch was not ready")
  @Timespan(Timespan.NANOSECONDS)
  public long waiting;
}
