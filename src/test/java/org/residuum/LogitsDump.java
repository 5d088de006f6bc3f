package org.residuum;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;

/**
 * Logits of pictures for {@code scripts/torchvision-logits}, to standard output as big-endian
 * floats. Arguments: a model's file, how many keys of {@link Preprocessing#fromMap} follow, these
 * with their values, then the pictures.
 */
final class LogitsDump {
  private LogitsDump() {}

  public static void main(String[] args) throws IOException {
    Map<String, String> keys = new LinkedHashMap<>();
    int first = 2 + 2 * Integer.parseInt(args[1]);
    for (int i = 2; i < first; i += 2) {
      keys.put(args[i], args[i + 1]);
    }
    Model model = Model.load(Path.of(args[0])).withPreprocessing(Preprocessing.fromMap(keys));
    try (Device device = Devices.open("cpu");
        Classifier classifier = Classifier.open(model, device, 1);
        DataOutputStream out = new DataOutputStream(System.out)) {
      for (int i = first; i < args.length; i++) {
        for (float logit : classifier.logits(Picture.read(Path.of(args[i])))) {
          out.writeFloat(logit);
        }
      }
    }
  }
}
