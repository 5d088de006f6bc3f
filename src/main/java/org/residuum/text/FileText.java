package org.residuum.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Names of files as text that leads back to the file. */
public final class FileText {
  /** What Java puts for bytes of a name that are no text in the system's encoding. */
  private static final char UNKNOWN = '\uFFFD';

  private FileText() {}

  /**
   * The name as it is; a {@code file:} URI where it is no text: names are bytes on Linux, which
   * {@link Path#toString} loses and a URI keeps, as {@code %FF}.
   */
  public static String of(Path file) {
    String text = file.toString();
    if (text.indexOf(UNKNOWN) < 0) {
      return text;
    }
    String uri = file.toUri().getRawPath();
    try {
      return decode(uri);
    } catch (CharacterCodingException e) {
      return file.toUri().toString();
    }
  }

  /**
   * The last name of a path in the same way; what is no text in any encoding keeps its bytes as
   * {@code %FF}, so that two names are never one text.
   */
  public static String name(Path file) {
    Path name = file.getFileName();
    String text = String.valueOf(name);
    if (text.indexOf(UNKNOWN) < 0) {
      return text;
    }
    String[] uri = name.toUri().getRawPath().split("/");
    String last = uri[uri.length - 1];
    try {
      return decode(last);
    } catch (CharacterCodingException e) {
      return last;
    }
  }

  private static String decode(String path) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(bytes(path)).toString();
  }

  private static ByteBuffer bytes(String path) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) == '%') {
        bytes.write(Integer.parseInt(path.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(path.charAt(i));
      }
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }
}
