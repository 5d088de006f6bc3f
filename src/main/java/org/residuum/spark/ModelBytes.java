package org.residuum.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
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

  /** SHA-256 of the contents but for the name, which says where the model lay. */
  String hash() throws IOException {
    int start = contents();
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, start, bytes.length - start);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }

  /** Where the name ends: it is the first text behind what marks the bytes as a model's. */
  private int contents() throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    in.readUTF();
    in.skipNBytes(in.readInt());
    return bytes.length - in.available();
  }
}
