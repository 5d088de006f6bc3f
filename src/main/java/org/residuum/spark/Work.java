package org.residuum.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.types.DataType;

/**
 * What tasks are to do with pictures.
 *
 * @param model its {@link ModelBytes}, as they were sent to the executors; plain bytes, which any
 *     serializer of Spark's takes
 * @param key of the engine, as far as the driver knows it
 * @param output what is wanted of each picture
 * @param top how many classes, for labels
 */
record Work(Broadcast<byte[]> model, EngineKey key, Output output, int top)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** The engine for the task that this thread runs, which has it until it ends. */
  Engine engine() throws IOException {
    return Engines.ofJvm().ofTask(key, model::value);
  }

  /** Makes what a picture becomes of a row of finite outputs. */
  Function<float[], Object> reading(Engine engine) {
    return output.of(engine.model(), top);
  }

  /** What decides what a picture becomes, which is not how the model came. */
  String meaning() {
    return output + " " + top + " " + key;
  }

  /** What a picture becomes. */
  DataType type() {
    return output.type();
  }
}
