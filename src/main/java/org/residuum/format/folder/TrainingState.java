package org.residuum.format.folder;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.network.Parameters;

/**
 * What an unfinished training needs beside its weights to go on, kept in the model's folder as
 * {@code checkpoint.safetensors}.
 *
 * @param tensors the optimiser's, by names that say whose they are
 * @param facts epoch, options and the like
 */
public record TrainingState(Parameters tensors, Map<String, String> facts) {
  public TrainingState {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }
}
