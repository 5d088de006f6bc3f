package org.residuum.data.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The names of classes that Hugging Face's data sets add to a Parquet file, where the labels are
 * numbers: {@code {"info": {"features": {"label": {"names": ["cat", "dog"]}}}}}.
 */
final class ClassNames {
  private static final JsonFactory JSON = new JsonFactory();

  private ClassNames() {}

  /**
   * The names of a column's classes.
   *
   * @param json what was added, or null
   * @return empty where it says none
   */
  static List<String> of(String json, String column) {
    if (json == null) {
      return List.of();
    }
    JsonPointer names =
        JsonPointer.empty()
            .appendProperty("info")
            .appendProperty("features")
            .appendProperty(column)
            .appendProperty("names");
    try (JsonParser parser = JSON.createParser(json)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.START_ARRAY
            && names.equals(parser.getParsingContext().getParent().pathAsPointer())) {
          return texts(parser);
        }
      }
      return List.of();
    } catch (IOException e) { // Other programs may put anything there.
      return List.of();
    }
  }

  private static List<String> texts(JsonParser parser) throws IOException {
    List<String> texts = new ArrayList<>();
    while (parser.nextToken() == JsonToken.VALUE_STRING) {
      texts.add(parser.getText());
    }
    return parser.currentToken() == JsonToken.END_ARRAY ? texts : List.of();
  }
}
