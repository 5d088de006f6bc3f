package org.residuum.job;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32;
import org.residuum.network.Tensor;

/**
 * What a training started from, as its checkpoints say it: {@code init r18.pth, weights 7a0c52e1},
 * where the last is a checksum, or {@code none} for fresh weights. The file may be at another place
 * when the training goes on; its weights must be the same.
 */
record Origin(String text) {
  private static final String WEIGHTS = ", weights ";
  private static final String FRESH = "none";
  private static final int CHUNK = 1 << 14;

  static Origin of(StartingPoint start) {
    return new Origin(
        start
            .origin()
            .map(name -> String.format(Locale.ROOT, "%s%s%08x", name, WEIGHTS, checksum(start)))
            .orElse(FRESH));
  }

  /** Of all but a fresh last layer, which the seed decides. */
  private static long checksum(StartingPoint start) {
    CRC32 sum = new CRC32();
    String fresh = start.freshHead().map(layer -> layer + ".").orElse(null);
    start
        .parameters()
        .asMap()
        .forEach(
            (name, tensor) -> {
              if (fresh == null || !name.startsWith(fresh)) {
                add(sum, tensor);
              }
            });
    return sum.getValue();
  }

  private static void add(CRC32 sum, Tensor tensor) {
    FloatBuffer values = tensor.data();
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * CHUNK);
    for (int i = 0; i < values.limit(); i++) {
      bytes.putFloat(values.get(i));
      if (!bytes.hasRemaining() || i == values.limit() - 1) {
        sum.update(bytes.flip());
        bytes.clear();
      }
    }
  }

  private String weights() {
    int at = text.lastIndexOf(WEIGHTS);
    return at < 0 ? text : text.substring(at);
  }

  /**
   * Checks that a training goes on from what it started from.
   *
   * @param now what is named this time
   * @throws TrainingJob.OtherSettingsException where its weights are others
   */
  void requireSame(Path folder, Origin now) {
    if (weights().equals(now.weights())) {
      return;
    }
    boolean wasFresh = text.equals(FRESH);
    String then = wasFresh ? "from fresh weights" : "with " + text;
    String rule =
        now.text.equals(FRESH)
            ? "; give that again"
            : ", now with "
                + now.text
                + (wasFresh ? "; leave that away" : "; bring those weights back")
                + ", or start anew elsewhere";
    throw new TrainingJob.OtherSettingsException(
        "resume: the training in " + folder + " started " + then + rule);
  }
}
