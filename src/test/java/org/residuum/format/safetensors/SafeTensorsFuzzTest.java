package org.residuum.format.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.format.MutationFuzzer;
import org.residuum.network.ElementType;

class SafeTensorsFuzzTest {
  private static final List<String> WORDS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "[[[[[[[[",
          "{\"a\":{\"a\":",
          ":",
          ",",
          "\"",
          "\\u0000",
          "\\ud800",
          "\\ud83d\\ude00",
          "\u00ff",
          "\u00e2\u0080\u00a8",
          "-1",
          "1e9",
          "0.5",
          "null",
          "true",
          "F64",
          "F32",
          "F16",
          "BF16",
          "F8_E4M3",
          "F8_E5M2",
          "F4",
          "I64",
          "BOOL",
          "\"dtype\"",
          "\"shape\"",
          "\"data_offsets\"",
          "\"__metadata__\":{\"a\":\"b\"}",
          ",\"x\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}");

  @TempDir Path folder;

  private List<byte[]> corpus() throws IOException {
    List<byte[]> corpus = new ArrayList<>();
    Path file = folder.resolve("x.safetensors");
    for (ElementType type : List.of(ElementType.F32, ElementType.F16, ElementType.BF16)) {
      SafeTensors.write(file, SafeTensorsTest.someParameters(1), Map.of("format", "pt"), type);
      corpus.add(Files.readAllBytes(file));
    }
    return corpus;
  }

  @Test
  void mutatedFilesAreReadOrRefused() throws IOException {
    new MutationFuzzer(
            "safetensors file",
            MutationFuzzer.seed(),
            corpus(),
            WORDS,
            bytes -> bytes,
            file -> SafeTensors.read(file).parameters())
        .run(2);
  }

  /** Only the JSON is mutated; its length is always right. */
  @Test
  void mutatedHeadersAreReadOrRefused() throws IOException {
    List<byte[]> headers = new ArrayList<>();
    int dataBytes = 0;
    for (byte[] file : corpus()) {
      int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
      headers.add(Arrays.copyOfRange(file, 8, 8 + length));
      dataBytes = Math.max(dataBytes, file.length - 8 - length);
    }
    byte[] data = new byte[dataBytes];
    List<byte[]> full = headers.subList(0, 1);
    new MutationFuzzer(
            "safetensors header",
            MutationFuzzer.seed(),
            full,
            WORDS,
            json -> framed(json, data),
            file -> SafeTensors.read(file).parameters())
        .run(2);
  }

  private static byte[] framed(byte[] json, byte[] data) {
    ByteBuffer file = ByteBuffer.allocate(8 + json.length + data.length);
    return file.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json).put(data).array();
  }
}
