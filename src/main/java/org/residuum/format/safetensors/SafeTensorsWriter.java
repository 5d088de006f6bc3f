package org.residuum.format.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.residuum.format.FormatException;
import org.residuum.format.file.AtomicFile;
import org.residuum.format.file.FloatType;
import org.residuum.format.file.TensorBytes;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;

/** Writes a file: length, header padded with spaces to a multiple of 8 bytes, tensors in order. */
final class SafeTensorsWriter {
  private static final int ALIGNMENT = 8;

  private final Parameters parameters;
  private final Map<String, String> metadata;
  private final FloatType type;

  SafeTensorsWriter(Parameters parameters, Map<String, String> metadata, FloatType type) {
    this.parameters = parameters;
    this.metadata = metadata;
    this.type = type;
  }

  void write(Path path) throws IOException {
    ByteBuffer start = start();
    AtomicFile.write(path, channel -> writeTo(channel, start));
  }

  private void writeTo(FileChannel channel, ByteBuffer start) throws IOException {
    while (start.hasRemaining()) {
      channel.write(start);
    }
    for (Tensor tensor : parameters.asMap().values()) {
      TensorBytes.write(tensor, type, channel);
    }
  }

  /** The length and the header. */
  private ByteBuffer start() {
    ByteBuffer json = utf8(header());
    int padded = -Math.floorDiv(-json.remaining(), ALIGNMENT) * ALIGNMENT;
    if (padded > Header.MOST_BYTES || parameters.names().size() > Header.MOST_ENTRIES) {
      throw new IllegalArgumentException(
          "a header of "
              + padded
              + " bytes for "
              + parameters.names().size()
              + " tensors; safetensors allows "
              + Header.MOST_BYTES
              + " bytes, this reader "
              + Header.MOST_ENTRIES
              + " tensors: shorten the metadata or split the file");
    }
    byte[] bytes = new byte[Long.BYTES + padded];
    Arrays.fill(bytes, (byte) ' ');
    ByteBuffer start = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(padded).put(json);
    return start.rewind();
  }

  private String header() {
    StringBuilder json = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      appendMetadata(json);
    }
    long begin = 0;
    for (Map.Entry<String, Tensor> entry : parameters.asMap().entrySet()) {
      long end = begin + (long) entry.getValue().shape().elements() * type.bytes();
      appendTensor(json, entry.getKey(), entry.getValue(), begin, end);
      begin = end;
    }
    return json.append('}').toString();
  }

  private void appendMetadata(StringBuilder json) {
    json.append("\"__metadata__\":{");
    int first = json.length();
    metadata.forEach(
        (key, value) -> {
          json.append(json.length() == first ? "" : ",");
          appendString(json, key);
          appendString(json.append(':'), value);
        });
    json.append('}');
  }

  private void appendTensor(StringBuilder json, String name, Tensor tensor, long begin, long end) {
    if (name.equals("__metadata__")) {
      throw new IllegalArgumentException(
          "a tensor cannot be named __metadata__ in safetensors; rename it");
    }
    json.append(json.length() == 1 ? "" : ",");
    appendString(json, name);
    json.append(":{\"dtype\":\"").append(type);
    json.append("\",\"shape\":").append(Arrays.toString(tensor.shape().toArray()).replace(" ", ""));
    json.append(",\"data_offsets\":[").append(begin).append(',').append(end).append("]}");
  }

  private static void appendString(StringBuilder json, String text) {
    json.append('"');
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }

  private static ByteBuffer utf8(String text) {
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "a name or metadata string holds half of a surrogate pair: "
              + FormatException.quote(text),
          e);
    }
  }
}
