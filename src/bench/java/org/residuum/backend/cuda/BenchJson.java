package org.residuum.backend.cuda;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@link BenchReport} or the bundle's PyTorch script wrote. */
record BenchJson(Map<String, String> header, List<Row> rows) {
  /** The fields of a row as text. */
  record Row(Map<String, String> fields) {
    String group() {
      return fields.get("group");
    }

    /** What is the same work in two files. */
    String key() {
      return group() + ": " + fields.get("name") + ", " + fields.get("mode");
    }

    boolean has(String field) {
      return fields.containsKey(field);
    }

    double number(String field) {
      return Double.parseDouble(fields.get(field));
    }
  }

  static BenchJson read(Path file) throws IOException {
    Map<String, String> header = new LinkedHashMap<>();
    List<Row> rows = new ArrayList<>();
    try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        if (json.nextToken() == JsonToken.START_ARRAY) {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            rows.add(row(json));
          }
        } else {
          header.put(name, json.getText());
        }
      }
    }
    return new BenchJson(header, rows);
  }

  private static Row row(JsonParser json) throws IOException {
    Map<String, String> fields = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      fields.put(name, json.getText());
    }
    return new Row(fields);
  }
}
