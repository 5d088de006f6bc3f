package org.residuum.cli.prediction;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import org.residuum.Model;
import org.residuum.network.Tensor;

/** What rows depend on beside their inputs, as text that two jobs can be compared by. */
public final class PredictionSettings {
  private static final int CHUNK = 1 << 14;

  private PredictionSettings() {}

  /** The settings that are the model's. */
  public static Map<String, String> of(Model model) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("--model", model.network().name() + " " + checksum(model));
    settings.put("the model's labels", checksum(model.labels()));
    return settings;
  }

  /** Of the network and its weights. */
  private static String checksum(Model model) {
    CRC32 sum = new CRC32();
    sum.update(model.network().toString().getBytes(StandardCharsets.UTF_8));
    ByteBuffer bytes = ByteBuffer.allocateDirect(CHUNK * Float.BYTES);
    for (Map.Entry<String, Tensor> entry : model.parameters().asMap().entrySet()) {
      sum.update(entry.getKey().getBytes(StandardCharsets.UTF_8));
      FloatBuffer values = entry.getValue().data().duplicate();
      for (int from = 0; from < values.limit(); from += CHUNK) {
        int count = Math.min(CHUNK, values.limit() - from);
        bytes.clear().asFloatBuffer().put(values.slice(from, count));
        sum.update(bytes.limit(count * Float.BYTES));
      }
    }
    return hex(sum);
  }

  private static String checksum(List<String> texts) {
    CRC32 sum = new CRC32();
    for (String text : texts) {
      sum.update(text.getBytes(StandardCharsets.UTF_8));
      sum.update(0);
    }
    return hex(sum);
  }

  private static String hex(CRC32 sum) {
    return String.format(Locale.ROOT, "%08x", sum.getValue());
  }
}
