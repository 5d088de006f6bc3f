package org.residuum.format.folder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.format.FormatException;

/** A map of strings as one JSON object, a key a line. */
final class StringMapJson {
  private StringMapJson() {}

  static String write(Map<String, String> map) {
    String text =
        JsonText.write(
            json -> {
              json.useDefaultPrettyPrinter();
              json.writeStartObject();
              for (Map.Entry<String, String> entry : map.entrySet()) {
                json.writeStringField(entry.getKey(), entry.getValue());
              }
              json.writeEndObject();
            });
    return text + "\n";
  }

  static Map<String, String> read(Path file, String text) throws IOException {
    Map<String, String> map = new LinkedHashMap<>();
    for (Map.Entry<String, Object> entry : JsonText.readObject(file, text).entrySet()) {
      if (!(entry.getValue() instanceof String value)) {
        throw new FormatException(
            file, "key " + FormatException.quote(entry.getKey()) + ", its value must be a string");
      }
      map.put(entry.getKey(), value);
    }
    return map;
  }
}
