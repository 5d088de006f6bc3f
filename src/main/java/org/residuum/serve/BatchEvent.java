package org.residuum.serve;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A batch that ran. */
@Name("org.residuum.Batch")
@Label("Inference Batch")
@Description("A batch of examples that a classifier has run on a device")
@Category("Residuum")
@StackTrace(false)
@SuppressWarnings("unused") // The recorder reads the fields.
final class BatchEvent extends Event {
  @Label("Device")
  String device;

  @Label("Output")
  @Description("LOGITS or EMBEDDING")
  String output;

  @Label("Examples")
  int examples;

  @Label("Batch Size")
  @Description("Examples that the plan runs at once; the rest is padding")
  int batchSize;

  @Label("Longest Wait")
  @Description("How long the oldest example has waited for this batch")
  @Timespan(Timespan.NANOSECONDS)
  long longestWait;

  @Label("Queue Depth")
  @Description("Requests that are prepared or wait, once these were taken")
  int queueDepth;

  @Label("Failed")
  boolean failed;
}
