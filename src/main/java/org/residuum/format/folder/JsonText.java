package org.residuum.format.folder;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.format.FormatException;

/**
 * JSON as maps, lists, strings, {@code Long}, {@code Float} and {@code Boolean}; null is refused,
 * and so is a key that appears twice.
 */
final class JsonText {
  private static final int DEEPEST = 32;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(DEEPEST).maxNumberLength(64).build())
          .build();

  /** What Jackson adds about the beginning of what is not closed, without the text itself. */
  private static final String ABOUT_SOURCE = "\\s*\\([^(]*\\[Source: [^\\]]*\\]\\)";

  private JsonText() {}

  /** What writes JSON. */
  @FunctionalInterface
  interface Body {
    void writeTo(JsonGenerator json) throws IOException;
  }

  static String write(Body body) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      body.writeTo(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** Reads one object and nothing after it. */
  static Map<String, Object> readObject(Path file, String text) throws IOException {
    try (JsonParser json = FACTORY.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new FormatException(file, "a JSON object must begin with '{'");
      }
      Map<String, Object> object = object(json);
      if (json.nextToken() != null) {
        throw new FormatException(file, "more JSON follows where the file should end");
      }
      return object;
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? "JSON"
              : "line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
      throw new FormatException(
          file, where, e.getOriginalMessage().replaceAll(ABOUT_SOURCE, "").replaceAll("\\s+", " "));
    }
  }

  private static Map<String, Object> object(JsonParser json) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      json.nextToken();
      object.put(key, value(json));
    }
    return object;
  }

  private static List<Object> array(JsonParser json) throws IOException {
    List<Object> array = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(json));
    }
    return array;
  }

  private static Object value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> object(json);
      case START_ARRAY -> array(json);
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_NUMBER_FLOAT -> Float.parseFloat(json.getText());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default ->
          throw new JsonParseException(json, json.currentToken() + " where a value is needed");
    };
  }
}
