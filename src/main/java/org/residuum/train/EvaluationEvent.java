package org.residuum.train;

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
final class EvaluationEvent extends Event {
  @Label("Data")
  String data;

  @Label("Examples")
  int examples;

  @Label("Loss")
  double loss;

  @Label("Accuracy")
  double accuracy;
}
