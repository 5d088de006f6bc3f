package org.residuum.spark;

import java.io.Serializable;

/**
 * What an engine is made of; tasks with equal keys share one.
 *
 * @param model the hash of the model's bytes
 * @param device as {@link org.residuum.Devices#open} takes it
 * @param threads that compute on the CPU; 0 for as many as the executor has cores
 * @param fast whether JPEGs are decoded at a reduced scale where that is enough
 * @param layer whose values are wanted; null for the network's output
 */
record EngineKey(
    String model,
    String device,
    String precision,
    int threads,
    int batch,
    boolean fast,
    String layer)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** The same with device and threads as they are here. */
  EngineKey at(String hereDevice, int hereThreads) {
    return new EngineKey(model, hereDevice, precision, hereThreads, batch, fast, layer);
  }
}
