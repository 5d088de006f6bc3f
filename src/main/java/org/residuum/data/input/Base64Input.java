package org.residuum.data.input;

import java.util.Base64;
import java.util.Optional;
import org.residuum.data.InvalidDataException;
import org.residuum.data.decode.PictureDecoder;
import org.residuum.data.decode.PictureFormat;

/**
 * A picture whose bytes are text.
 *
 * @param text base64, maybe as a {@code data:} URI
 * @param className its class, or null
 */
record Base64Input(String name, String text, String className) implements PictureInput {
  private static final String DATA = "data:";
  private static final String BASE64 = ";base64,";

  /** The characters that the first bytes of a picture take. */
  private static final int HEAD_CHARACTERS = (PictureFormat.HEAD_BYTES + 2) / 3 * 4;

  /** Whether text is a picture and no path. */
  static boolean matches(String text) {
    if (text.startsWith(DATA)) {
      return true;
    }
    if (text.length() < HEAD_CHARACTERS) {
      return false;
    }
    try {
      byte[] head = Base64.getDecoder().decode(text.substring(0, HEAD_CHARACTERS));
      return PictureFormat.byContent(head).isPresent();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public Optional<String> label() {
    return Optional.ofNullable(className);
  }

  @Override
  public byte[] bytes() throws InvalidDataException {
    int comma = text.startsWith(DATA) ? text.indexOf(BASE64) : -BASE64.length();
    if (text.startsWith(DATA) && comma < 0) {
      throw new InvalidDataException(name + ": a data: URI that is not base64; write it so");
    }
    String base64 = text.substring(comma + BASE64.length());
    if (base64.length() / 4 * 3L > PictureDecoder.MAX_FILE_BYTES) {
      throw PictureDecoder.tooLong(name, base64.length() / 4 * 3L);
    }
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new InvalidDataException(
          name + ": no base64 (" + e.getMessage() + "); write it again or leave it out", e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
