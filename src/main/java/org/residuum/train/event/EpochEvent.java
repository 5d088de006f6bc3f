package org.residuum.train.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** An epoch of a training. */
@Name("org.residuum.Epoch")
@Label("Training Epoch")
@Description("The steps of an epoch that ran in this process, and its evaluation")
@Category("Residuum")
@StackTrace(false)
@SuppressWarnings("unused") // The recorder reads the fields.
public final class EpochEvent extends Event {
  @Label("Epoch")
  public int epoch;

  @Label("Steps")
  public int steps;

  @Label("Training Loss")
  public double trainLoss;

  @Label("Training Accuracy")
  public double trainAccuracy;

  @Label("Validation Loss")
  @Description("NaN without a validation part")
  public double validationLoss;

  @Label("Validation Accuracy")
  @Description("NaN without a validation part")
  public double validationAccuracy;

  @Label("Images per Second")
  public double imagesPerSecond;

  @Label("Waiting for Data")
  @Description("How long the steps had nothing to do since no batch was ready")
  @Timespan(Timespan.NANOSECONDS)
  public long waiting;
}
