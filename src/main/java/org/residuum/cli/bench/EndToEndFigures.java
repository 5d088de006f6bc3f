package org.residuum.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How pictures go through decoding and a network together, and each alone, in pictures a second.
 *
 * @param failed pictures that could not be classified
 * @param decoding read, decoded and fitted by all threads, nothing computed
 * @param computing the device alone, as {@link BatchFigures} has it
 * @param together both side by side
 */
record EndToEndFigures(
    int batch, long pictures, long failed, double decoding, double computing, double together) {
  /** Of the slower of the two alone. */
  double share() {
    return together / Math.min(decoding, computing);
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("batch", batch);
    map.put("pictures", pictures);
    map.put("failed", failed);
    map.put("decoding_per_second", decoding);
    map.put("computing_per_second", computing);
    map.put("together_per_second", together);
    map.put("share_of_slower", share());
    return map;
  }
}
