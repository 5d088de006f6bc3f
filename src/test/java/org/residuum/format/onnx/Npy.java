package org.residuum.format.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** The values of a NumPy file of version 1, little endian, row-major. */
public final class Npy {
  private static final int HEADER = 10;

  private Npy() {}

  public static FloatBuffer floats(Path path) throws IOException {
    return body(path).asFloatBuffer();
  }

  public static ByteBuffer bytes(Path path) throws IOException {
    return body(path);
  }

  private static ByteBuffer body(Path path) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    int start = HEADER + file.getShort(8);
    return file.slice(start, file.limit() - start).order(ByteOrder.LITTLE_ENDIAN);
  }
}
