package org.residuum.text;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Paths from the bytes of a list, whatever encoding the system has. */
public final class PathText {
  private PathText() {}

  /**
   * A path, or a {@code file:} URI.
   *
   * @throws InvalidPathException if it is none
   */
  public static Path of(byte[] text) {
    try {
      return of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString(), text);
    } catch (CharacterCodingException e) {
      return ofBytes(text);
    }
  }

  /** The same of text. */
  public static Path of(String text) {
    return of(text, text.getBytes(StandardCharsets.UTF_8));
  }

  private static Path of(String text, byte[] bytes) {
    if (text.startsWith("file:/")) {
      try {
        return Path.of(URI.create(text));
      } catch (IllegalArgumentException e) {
        throw new InvalidPathException(text, String.valueOf(e.getMessage()));
      }
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) { // The locale may lack its letters; the disk does not.
      return ofBytes(bytes);
    }
  }

  /** By way of a URI, which says each byte. */
  private static Path ofBytes(byte[] bytes) {
    StringBuilder uri = new StringBuilder();
    for (byte b : bytes) {
      boolean plain = b > ' ' && (Character.isLetterOrDigit(b) || "/._-".indexOf(b) >= 0);
      uri.append(plain ? String.valueOf((char) b) : String.format("%%%02X", b & 255));
    }
    boolean absolute = bytes.length > 0 && bytes[0] == '/';
    Path here = Path.of("").toAbsolutePath();
    String base = here.toUri().toString();
    try {
      Path whole =
          Path.of(
              URI.create(
                  absolute ? "file://" + uri : base + (base.endsWith("/") ? "" : "/") + uri));
      return absolute ? whole : here.relativize(whole);
    } catch (IllegalArgumentException e) {
      throw new InvalidPathException(uri.toString(), String.valueOf(e.getMessage()));
    }
  }
}
