package org.residuum.serve;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Plans that were compiled. */
@Name("org.residuum.Compile")
@Label("Compilation")
@Description("A classifier has compiled its network for its batch sizes")
@Category("Residuum")
@StackTrace(false)
@SuppressWarnings("unused") // The recorder reads the fields.
final class CompileEvent extends Event {
  @Label("Device")
  String device;

  @Label("Output")
  @Description("LOGITS or EMBEDDING")
  String output;

  @Label("Batch Sizes")
  String batchSizes;
}
