package org.residuum.train.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** An evaluation. */
@Name("org.residuum.Evaluation")
@Label("Evaluation")
@Description("A data set that was run through a network to see how well it does")
@Category("Residuum")
@StackTrace(false)
@SuppressWarnings("unused") // The recorder reads the fields.
public final class EvaluationEvent extends Event {
  @Label("Data")
  public String data;

  @Label("Examples")
  public int examples;

  @Label("Loss")
  public double loss;

  @Label("Accuracy")
  public double accuracy;
}
