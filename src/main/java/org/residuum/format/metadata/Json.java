package org.residuum.format.metadata;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.format.FormatException;

/**
 * JSON as Python writes it, as maps, lists, strings, {@code Double} and {@code Boolean}. What is
 * null is left out, of a key given twice the last counts.
 */
final class Json {
  /** Names of 21,843 classes with descriptions take 4 MB. */
  private static final long MOST_BYTES = 16 << 20;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).build())
          .build();

  /** What Jackson adds about the beginning of what is not closed, without the text itself. */
  private static final String ABOUT_SOURCE = "\\s*\\([^(]*\\[Source: [^\\]]*\\]\\)";

  private Json() {}

  /** The object that a file holds. */
  static Map<String, Object> read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new FormatException(file, Files.size(file) + " bytes; the limit is " + MOST_BYTES);
    }
    try {
      return parse(file, Files.readString(file));
    } catch (CharacterCodingException e) {
      throw new FormatException(file, "it is no text in UTF-8");
    }
  }

  private static Map<String, Object> parse(Path file, String text) throws IOException {
    try (JsonParser json = FACTORY.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new FormatException(file, "a JSON object must begin with '{'");
      }
      return object(json);
    } catch (JsonProcessingException e) {
      long line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new FormatException(
          file,
          "line " + line,
          e.getOriginalMessage().replaceAll(ABOUT_SOURCE, "").replaceAll("\\s+", " "));
    }
  }

  private static Map<String, Object> object(JsonParser json) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      json.nextToken();
      Object value = value(json);
      if (value != null) {
        object.put(key, value);
      }
    }
    return object;
  }

  private static List<Object> array(JsonParser json) throws IOException {
    List<Object> array = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      Object value = value(json);
      if (value != null) {
        array.add(value);
      }
    }
    return array;
  }

  private static Object value(JsonParser json) throws IOException {
    JsonToken token = json.currentToken();
    if (token == null) {
      throw new JsonParseException(json, "it ends in its midst");
    }
    return switch (token) {
      case START_OBJECT -> object(json);
      case START_ARRAY -> array(json);
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }
}
