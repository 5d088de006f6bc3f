package org.residuum.train;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The text of a recipe: a setting a line, {@code epochs = 30}. What follows a {@code #} at the
 * beginning of a line, or behind a space, is a comment.
 *
 * @param name of the recipe, or its file as it was named
 * @param folder where files that it names are; null for a built-in recipe
 */
record RecipeFile(String name, Path folder, String text) {
  private static final String PLACE = "recipe/";
  private static final String ENDING = ".txt";
  private static final long MOST_BYTES = 1 << 16;

  /** A setting and where it stands: {@code my.txt:3}; "" where no file said it. */
  record Entry(String value, String origin) {
    /** Whether a recipe says it that comes with the library. */
    boolean isBuiltIn() {
      return Recipe.names().contains(origin.replaceFirst(":\\d+$", ""));
    }
  }

  /** A recipe that comes with the library. */
  static RecipeFile builtIn(String name) {
    try (InputStream in = RecipeFile.class.getResourceAsStream(PLACE + name + ENDING)) {
      return new RecipeFile(name, null, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("this jar's own recipe " + name + " cannot be read", e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException where it is no text of a recipe's size
   */
  static RecipeFile read(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          file + ": " + bytes + " bytes are more than a recipe has; name a text file of settings");
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString();
      return new RecipeFile(file.toString(), file.toAbsolutePath().getParent(), text);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          file + ": it is no UTF-8 text; name a text file of settings", e);
    }
  }

  /** The first comment, which says what the recipe is for. */
  String summary() {
    String first = text.lines().findFirst().orElse("");
    return first.startsWith("#") ? first.substring(1).strip() : "";
  }

  /**
   * The settings in their order.
   *
   * @throws IllegalArgumentException naming a line that is none
   */
  Map<String, Entry> entries() {
    Map<String, Entry> entries = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      String said = line.replaceFirst("(^|\\s)#.*", "").strip();
      if (!said.isEmpty()) {
        add(entries, said, name + ":" + number);
      }
    }
    return entries;
  }

  private static void add(Map<String, Entry> entries, String said, String origin) {
    int equals = said.indexOf('=');
    String key = equals < 0 ? said : said.substring(0, equals).strip();
    String value = equals < 0 ? "" : said.substring(equals + 1).strip();
    if (key.isEmpty() || value.isEmpty()) {
      throw new IllegalArgumentException(
          origin + ": '" + said + "' sets nothing; write option = value, such as epochs = 30");
    }
    if (key.startsWith("-")) {
      throw new IllegalArgumentException(
          origin + ": " + key + ": write it without dashes, " + key.replaceFirst("^-+", ""));
    }
    Entry before = entries.putIfAbsent(key, new Entry(value, origin));
    if (before != null) {
      throw new IllegalArgumentException(
          origin + ": " + key + " is set already, in " + before.origin() + "; remove one of them");
    }
  }
}
