package org.residuum.cli.prediction;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.residuum.Prediction;
import org.residuum.text.Printable;

/**
 * Predictions as JSON Lines: {@code {"file": "a.png", "predictions": [{"label": "cat",
 * "probability": 0.93}]}}, or {@code "logits"} or {@code "embedding"}, each an array of numbers; or
 * {@code "error"}, which says why there is none of these.
 */
final class PredictionsJson implements PredictionWriter {
  private static final JsonFactory JSON = new JsonFactory();

  private final OutputStream out;
  private final RowSchema schema;

  private PredictionsJson(OutputStream out, RowSchema schema) {
    this.out = out;
    this.schema = schema;
  }

  /** The format. */
  record Format(RowSchema schema) implements PredictionFormat {
    @Override
    public int heads() {
      return 0;
    }

    @Override
    public String ending() {
      return "jsonl";
    }

    @Override
    public PredictionWriter open(OutputStream out, boolean goesOn) {
      return new PredictionsJson(out, schema);
    }
  }

  /** Gives the rows of a file to another writer. */
  static void read(InputStream lines, RowSchema schema, PredictionWriter to) throws IOException {
    try (JsonParser json = JSON.createParser(lines)) {
      while (json.nextToken() != null) {
        readRow(json, schema, to);
      }
    }
  }

  private static void readRow(JsonParser json, RowSchema schema, PredictionWriter to)
      throws IOException {
    String item = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      if (field.equals(schema.items())) {
        item = json.getText();
      } else if (field.equals("error")) {
        to.failed(item, json.getText());
      } else if (schema.content() == RowSchema.Content.CLASSES) {
        to.predicted(item, readClasses(json));
      } else if (schema.names().isEmpty()) {
        to.values(item, readValues(json, schema.size()));
      } else if (field.equals(schema.values())) {
        to.values(item, readNamed(json, schema.size()));
      } else {
        json.skipChildren();
      }
    }
  }

  private static List<Prediction> readClasses(JsonParser json) throws IOException {
    List<Prediction> best = new ArrayList<>();
    while (json.nextToken() == JsonToken.START_OBJECT) {
      json.nextToken();
      String label = json.nextTextValue();
      json.nextToken();
      json.nextToken();
      best.add(new Prediction(0, label, json.getDoubleValue()));
      json.nextToken();
    }
    return best;
  }

  /** As text: by way of a double a float would be rounded twice. */
  private static float[] readValues(JsonParser json, int count) throws IOException {
    float[] values = new float[count];
    for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
      values[i] = Float.parseFloat(json.getText());
    }
    return values;
  }

  /** Those of an object, whose fields are in the order of the names. */
  private static float[] readNamed(JsonParser json, int count) throws IOException {
    float[] values = new float[count];
    for (int i = 0; json.nextToken() == JsonToken.FIELD_NAME; i++) {
      json.nextToken();
      values[i] = Float.parseFloat(json.getText());
    }
    return values;
  }

  /** What a row says behind its item. */
  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private void add(String item, Fields fields) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField(schema.items(), item);
      fields.write(json);
      json.writeEndObject();
    }
    out.write(text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void predicted(String item, List<Prediction> best) throws IOException {
    add(
        item,
        json -> {
          json.writeArrayFieldStart("predictions");
          for (Prediction one : best) {
            json.writeStartObject();
            json.writeStringField("label", one.label());
            json.writeNumberField("probability", one.probability());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  @Override
  public void values(String item, float[] values) throws IOException {
    if (!schema.names().isEmpty()) {
      add(item, json -> named(json, values));
      return;
    }
    add(
        item,
        json -> {
          json.writeArrayFieldStart(schema.values());
          for (float value : values) {
            json.writeNumber(value);
          }
          json.writeEndArray();
        });
  }

  private void named(JsonGenerator json, float... values) throws IOException {
    if (schema.content() == RowSchema.Content.LABELS) {
      json.writeArrayFieldStart("labels");
      for (int i = 0; i < values.length; i++) {
        if (values[i] >= schema.threshold()) {
          json.writeString(schema.names().get(i));
        }
      }
      json.writeEndArray();
    }
    json.writeObjectFieldStart(schema.values());
    for (int i = 0; i < values.length; i++) {
      json.writeNumberField(schema.names().get(i), values[i]);
    }
    json.writeEndObject();
  }

  @Override
  public void failed(String item, String reason) throws IOException {
    add(item, json -> json.writeStringField("error", Printable.name(reason)));
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
