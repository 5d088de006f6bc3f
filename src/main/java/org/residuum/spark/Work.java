package org.residuum.spark;

import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.types.DataType;

/**
 * What tasks are to do with pictures.
 *
 * @param model as it was sent to the executors
 * @param output what is wanted of each picture
 * @param top how many classes, for labels
 */
record Work(Broadcast<ModelBytes> model, EngineKey key, Output output, int top)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** The engine of this JVM. */
  Engine engine() throws IOException {
    return Engines.get(key, model::value);
  }

  /** What a picture becomes. */
  DataType type() {
    return output.type();
  }
}
