package org.residuum.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.residuum.Model;

/**
 * A model as it travels to executors.
 *
 * @param bytes as {@link Model#write} gives them; equal for equal models
 */
record ModelBytes(byte[] bytes) implements Serializable {
  private static final long serialVersionUID = 1;

  static ModelBytes of(Model model) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    model.write(bytes);
    return new ModelBytes(bytes.toByteArray());
  }

  /** Opens it again; its weights are a copy. */
  Model model() throws IOException {
    return Model.read(new ByteArrayInputStream(bytes));
  }

  /** SHA-256 of the contents. */
  String hash() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }
}
