package org.residuum.spark;

import java.io.Serializable;

/**
 * What an engine is made of; tasks with equal keys share one.
 *
 * @param model the hash of the model's contents
 * @param device as {@link org.residuum.Devices#open} takes it
 * @param threads that compute on the CPU
 * @param layer whose values are wanted; null for the network's output
 */
record EngineKey(
    String model, String device, String precision, int threads, int batch, String layer)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** The same on another device. */
  EngineKey on(String other) {
    return new EngineKey(model, other, precision, threads, batch, layer);
  }
}
